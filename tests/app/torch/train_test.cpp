// `assay train` as a user meets it: the real program in a process of its own.
#include <signal.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "child_program.h"
#include "kill_loop.h"
#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;

ProgramResult train(const SmallRun& run, const std::string& out,
                    std::vector<std::string> more = {}) {
  return run_assay(run.train(out, std::move(more)));
}

/// The one line of an error: what a user reads.
void check_one_line(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact));
  CHECK_THAT(result.err, Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("train leaves a run directory and says time, hours, cost, loss and sample") {
  const SmallRun run;
  const ProgramResult result = train(run, "a", {"--set", "price.device_hour=0.10 USD/gpu_h"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  for (const char* text : {"device-hours", "USD at 0.10 USD/gpu_h (assumed", "bits/byte",
                           "sample:", "measured_ceiling", "time:", "metrics:     off"}) {
    CHECK_THAT(result.out, Catch::Contains(text));
  }
  CHECK(run.steps("a").size() == 40);
  CHECK(run.checkpoints("a") == std::vector<std::string>{"step-30", "step-40"});
  std::vector<std::string> kinds;
  for (const auto& event : run.events("a")) kinds.push_back(event.at("event"));
  CHECK(kinds == std::vector<std::string>{"run_start", "startup", "checkpoint", "checkpoint",
                                          "checkpoint", "checkpoint", "eval", "sample",
                                          "tensor_memory", "resident_memory", "stop"});
  CHECK(run.events("a").back().at("message") == "finished");
  std::ifstream stream(run.folder() / "a" / "manifest.json");
  const auto manifest = nlohmann::json::parse(stream);
  CHECK(manifest.at("seed") == 1);
  // tests/app runs without tunables of its own, so these are what the program sets for itself.
  CHECK(manifest.at("environment").at("GLIBC_TUNABLES") == "glibc.malloc.hugetlb=1");
  CHECK(manifest.at("data").size() == 2);
  CHECK(manifest.at("binary").at("sha256").get<std::string>().size() == 64);
  CHECK(manifest.at("libraries").size() > 3);
  CHECK(manifest.at("devices").at(0).at("kind") == "cpu");
}

TEST_CASE("a ceiling that is not wanted is nowhere") {
  const SmallRun run;
  const ProgramResult result = train(run, "a", {"--set", "profile.ceiling=false"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("no measured_ceiling (profile.ceiling is false)"));
  std::ifstream stream(run.folder() / "a" / "manifest.json");
  const auto device = nlohmann::json::parse(stream).at("devices").at(0);
  CHECK_FALSE(device.contains("measured_ceiling_flop_per_s"));
  CHECK_FALSE(device.contains("ceiling_dtype"));
  const std::string report = (run.folder() / "report.json").string();
  REQUIRE(run_assay({"report", (run.folder() / "a").string(), "--format", "json", "--out", report})
              .exit_code == 0);
  std::ifstream file(report);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_THAT(text, !Catch::Contains("measured_ceiling"));
}

TEST_CASE("two runs of one config have the same losses bit by bit") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  REQUIRE(train(run, "b").exit_code == 0);
  CHECK(run.steps("a") == run.steps("b"));
}

TEST_CASE("a run that is resumed is the uninterrupted run") {
  const SmallRun run;
  REQUIRE(train(run, "whole").exit_code == 0);
  REQUIRE(train(run, "half", {"--set", "checkpoint.keep_last=9"}).exit_code == 0);
  for (const char* late : {"step-40", "step-30"}) {
    fs::remove_all(run.folder() / "half" / "checkpoints" / late);
  }
  const ProgramResult result = train(run, "half", {"--resume", "auto"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("resumed after step 20"));
  CHECK_THAT(result.err, Catch::Contains("not the last: checkpoint.keep_last = ") &&
                             Catch::Contains("(was 9)\n"));
  CHECK(run.steps("half") == run.steps("whole"));
  CHECK(run.state("half", 40).at("files") == run.state("whole", 40).at("files"));
}

TEST_CASE("SIGKILL at random moments changes nothing that a run computes") {
  check_kills_change_nothing(3, 20261122);
}

TEST_CASE("SIGTERM finishes the step, writes a checkpoint and ends with 75") {
  const SmallRun run;
  const std::vector<std::string> long_run{"--set", "train.steps=100000"};
  ChildProgram child(run.train("a", long_run), run.folder() / "log");
  REQUIRE(child.wait_until([&] { return run.num_step_lines("a") >= 3; }));
  child.signal(GENERATE(SIGTERM, SIGINT));
  CHECK(child.wait() == 75);
  INFO(child.log());
  const auto events = run.events("a");
  CHECK(events.back().at("event") == "stop");
  CHECK(events.back().at("message") == "preempted");
  const int64_t last = run.steps("a").rbegin()->first;
  CHECK(run.state("a", last).at("step") == last);
  CHECK_THAT(child.log(), Catch::Contains("--resume"));
}

TEST_CASE("a second SIGTERM ends the program at once") {
  const SmallRun run;
  // Steps of seconds: inside one the first signal can only ask. The second step begins where the
  // first has its line.
  ChildProgram child(
      run.train("a", {"--set", "train.steps=100000", "--set", "train.grad_accum=4000"}),
      run.folder() / "log");
  REQUIRE(child.wait_until([&] { return run.num_step_lines("a") >= 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  child.signal(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  REQUIRE(child.running());
  child.signal(SIGTERM);
  CHECK(child.wait() == 128 + SIGTERM);
}

TEST_CASE("auto passes over a corrupt checkpoint and names it; a named one is refused") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  const fs::path newest = run.folder() / "a" / "checkpoints" / "step-40";
  fs::resize_file(newest / "model.safetensors", 1000);
  check_one_line(
      run_assay({"train", "--config", run.config().string(), "--resume", newest.string()}), 3,
      "model.safetensors");
  const ProgramResult result = train(run, "a", {"--resume", "auto"});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, Catch::Contains("warning: passed over") && Catch::Contains("step-40"));
  CHECK_THAT(result.out, Catch::Contains("resumed after step 30"));
}

TEST_CASE("another model's checkpoint is refused, by name and by auto") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  const std::string checkpoint = (run.folder() / "a" / "checkpoints" / "step-40").string();
  check_one_line(run_assay({"train", "--config", run.config().string(), "--set", "model.d_ff=128",
                            "--resume", checkpoint}),
                 3, "another model");
  check_one_line(train(run, "a", {"--set", "model.d_ff=128", "--resume", "auto"}), 3,
                 "another model");
}

TEST_CASE("a finished run is not held, evaluated or billed again") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  const auto events = run.events("a").size();
  const ProgramResult result = train(run, "a", {"--resume", "auto"});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("finished"));
  CHECK(run.events("a").size() == events);
  CHECK(!fs::exists(run.folder() / "a" / "manifest.1.json"));
}

TEST_CASE("a stopped run is not resumed to fewer steps than it has") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  const std::string at_its_end = (run.folder() / "a" / "events.0.jsonl").string();
  fs::resize_file(at_its_end, 0);  // as though it had been killed before it said so
  check_one_line(train(run, "a", {"--resume", "auto", "--set", "train.steps=30"}), 2,
                 "has 40 steps and train.steps is 30");
  CHECK(!fs::exists(run.folder() / "a" / "manifest.1.json"));
  CHECK(train(run, "a", {"--resume", "auto"}).exit_code == 0);
  CHECK(run.events("a").back().at("message") == "finished");
}

TEST_CASE("auto starts afresh where there is nothing yet") {
  const SmallRun run;
  CHECK(train(run, "new", {"--resume", "auto"}).exit_code == 0);
  CHECK(run.steps("new").size() == 40);
}

TEST_CASE("a full disk is exit 6 and earlier checkpoints stay") {
  const SmallRun run;
  REQUIRE(train(run, "a", {"--set", "checkpoint.keep_last=1"}).exit_code == 0);
  const std::string kept = run.checkpoints("a").front();
  // Room for the records and not for a checkpoint's tensors.
  ChildProgram::Limits limits;
  limits.file_bytes = 64 * 1024;
  ChildProgram child(run.train("a", {"--resume", "auto", "--set", "train.steps=60", "--set",
                                     "checkpoint.keep_last=1"}),
                     run.folder() / "log", limits);
  const int exit_code = child.wait();
  INFO(child.log());
  CHECK(exit_code == 6);
  CHECK(run.checkpoints("a") == std::vector<std::string>{kept});
  CHECK(train(run, "a", {"--resume", "auto"}).exit_code == 0);
}

TEST_CASE("bad input ends in one line with its place") {
  const SmallRun run;
  check_one_line(train(run, "a", {"--set", "train.stepz=3"}), 2, "nearest known key: \"steps\"");
  check_one_line(train(run, "a", {"--set", "train.steps=-3"}), 2, "train.steps");
  check_one_line(train(run, "a", {"--set", "model.num_heads=5"}), 2, "num_heads");
  check_one_line(train(run, "a", {"--set", "model.vocab_size=100"}), 2, "vocab_size");
  check_one_line(train(run, "a", {"--set", "metrics.address=nowhere"}), 2, "nowhere");
  check_one_line(train(run, "a", {"--set", "data.text_file=/no/such/text"}), 3, "/no/such/text");
  check_one_line(train(run, "a", {"--resume", "/no/such/folder"}), 3, "/no/such/folder");
  check_one_line(run_assay({"train"}), 2, "--config");
  check_one_line(run_assay({"train", "--config", "/no/such/file.toml"}), 2, "/no/such/file.toml");
  check_one_line(run_assay({"train", "--config", run.config().string(), "--resume", "auto"}), 2,
                 "--out");
  CHECK_FALSE(fs::exists(run.folder() / "a"));
}

TEST_CASE("a run directory that is taken is not written over") {
  const SmallRun run;
  REQUIRE(train(run, "a").exit_code == 0);
  check_one_line(train(run, "a"), 3, "(with --resume auto it continues)");
  CHECK(run.steps("a").size() == 40);
}

TEST_CASE("a model with more tokens than its tokenizer writes none of these in its sample") {
  const SmallRun run;
  const ProgramResult result =
      train(run, "a", {"--set", "model.vocab_size=4000", "--set", "sample.tokens=50"});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("sample:"));
}

TEST_CASE("a trace of a run holds its steps, phases and layers in order") {
  const SmallRun run;
  const fs::path file = run.folder() / "trace.json";
  const ProgramResult result =
      run_assay(run.train("a", {"--trace", file.string(), "--set", "profile.layers_every=10",
                                "--set", "profile.trace_steps=30"}));
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  std::ifstream stream(file);
  const nlohmann::json events = nlohmann::json::parse(stream);
  std::map<std::string, int> count;
  std::set<std::string> layers;
  double last_end = 0;
  for (const auto& event : events) {
    const std::string row = event.value("cat", "");
    ++count[row];
    if (row == "layers") layers.insert(event.at("name"));
    if (row != "steps") continue;
    CHECK(event.at("ts").get<double>() >= last_end - 1);
    last_end = event.at("ts").get<double>() + event.at("dur").get<double>();
  }
  CHECK(count["steps"] == 30);
  CHECK(count["phases"] >= 30 * 6);
  CHECK(layers == std::set<std::string>{"attention", "embedding", "head", "loss", "mlp"});
  CHECK(count["run"] >= 3);
}

TEST_CASE("Kineto's trace of a few steps names the operators and the layers") {
  const SmallRun run;
  const fs::path file = run.folder() / "kineto.json";
  const ProgramResult result = run_assay(run.train(
      "a", {"--set", "profile.kineto=" + file.string(), "--set", "profile.kineto_steps=2"}));
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  std::ifstream stream(file);
  const nlohmann::json trace = nlohmann::json::parse(stream);
  std::map<std::string, int> count;
  for (const auto& event : trace.at("traceEvents")) ++count[event.value("name", "")];
  CHECK(count["layer/embedding"] == 2);
  CHECK(count["layer/attention"] == 4);
  CHECK(count["aten::linear"] + count["aten::addmm"] > 0);
}

}  // namespace
