#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"
#include "run_copy.h"

namespace {

using Catch::Contains;
using nlohmann::json;

// What the program shows on a terminal of so many columns.
std::string on_terminal(const std::vector<std::string>& args, unsigned short columns) {
  winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    std::vector<std::string> words{ASSAY_PROGRAM};
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    setenv("TERM", "xterm", 1);
    execv(argv.front(), argv.data());
    _exit(127);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(terminal, buffer, sizeof buffer)) > 0;) {
    shown.append(buffer, static_cast<size_t>(count));
  }
  waitpid(child, nullptr, 0);
  close(terminal);
  return shown;
}

// The lines that were drawn, whether drawn over later or not.
std::vector<std::string> drawn_lines(std::string shown) {
  for (const char* mark : {"\r\033[K", "\033[1A\033[K", "\r\n"}) {
    for (size_t at = 0; (at = shown.find(mark, at)) != std::string::npos;) {
      shown.replace(at, std::string(mark).size(), "\n");
    }
  }
  std::istringstream stream(shown);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("report --follow shows a run that has ended and ends") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", "--follow", copy.run().string(), "--progress", "plain"});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("process 2 of the run") && Contains("nats/token") &&
                             Contains("tokens/s") && Contains("device-h") &&
                             Contains("validation loss"));
  CHECK_THAT(result.out, !Contains("\033") && Catch::EndsWith("the run ended: finished\n"));
}

TEST_CASE("report --follow writes one JSON object a line on request") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", "--follow", copy.run().string(), "--progress", "json"});
  REQUIRE(result.exit_code == 0);
  std::istringstream record(text_of(copy.run() / "steps.jsonl"));
  std::map<int64_t, double> losses;
  for (std::string line; std::getline(record, line);) {
    const json step = json::parse(line);
    if (step.contains("loss_nats")) losses[step.at("step")] = step.at("loss_nats");
  }
  std::istringstream lines(result.out);
  size_t num_steps = 0;
  size_t num_processes = 0;
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    num_processes += object.at("kind") == "process" ? 1 : 0;
    if (object.at("kind") == "progress") {
      ++num_steps;
      CHECK(object.at("tokens_per_s").get<double>() > 0);
      CHECK(object.contains("mfu"));
      CHECK(object.at("loss_nats") == losses.at(object.at("step")));
    }
  }
  CHECK(num_steps > 0);
  CHECK(num_processes == 1);
}

TEST_CASE("report --follow shows the newest process alone: what earlier ones cost is no step's") {
  const RunCopy copy;  // process 2 goes on after step 6
  const ProgramResult result =
      run_assay({"report", "--follow", copy.run().string(), "--progress", "json"});
  REQUIRE(result.exit_code == 0);
  std::istringstream lines(result.out);
  std::vector<json> steps;
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    if (object.at("kind") == "progress") steps.push_back(object);
    if (object.at("kind") == "eval") CHECK(object.at("step") >= 8);
  }
  REQUIRE(steps.size() >= 2);
  CHECK(steps.front().at("step") == 7);
  CHECK(steps.front().at("device_hours") < steps.back().at("device_hours"));
}

TEST_CASE("report --follow without one run is a wrong command line") {
  CHECK(run_assay({"report", "--follow"}).exit_code == 2);
  CHECK(run_assay({"report", "--follow", "a", "b"}).exit_code == 2);
  CHECK(run_assay({"report", "--follow", "/nonexistent"}).exit_code == 3);
  CHECK(run_assay({"report", "--follow", "a", "--progress", "loud"}).exit_code == 2);
}

TEST_CASE("an option that --follow would not look at is refused, and --progress without it") {
  const RunCopy copy;
  const std::string run = copy.run().string();
  const auto refuses = [](const std::vector<std::string>& args, const std::string& what) {
    const ProgramResult result = run_assay(args);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(what));
  };
  refuses({"report", "--follow", run, "--format", "json"}, "--format does not go with --follow");
  refuses({"report", "--follow", run, "--out", "x.html"}, "--out does not go with --follow");
  refuses({"report", run, "--progress", "json"}, "--progress goes with --follow");
}

TEST_CASE("on a terminal a run is one or two lines that fit it, with money and the time left") {
  const RunCopy copy;
  for (const unsigned short columns : {30, 60, 80, 120, 200}) {
    const std::string shown = on_terminal({"report", "--follow", copy.run().string()}, columns);
    INFO(shown);
    CHECK_THAT(shown, !Contains("\033[3") && !Contains("\033[0"));  // no colours
    CHECK_THAT(shown, Contains("step 12/12") && Contains(" nats/token"));
    if (columns >= 60) {
      CHECK_THAT(shown, Contains(" left") && Contains(" USD") && Contains("0.004465 device-h"));
    }
    if (columns >= 80) CHECK_THAT(shown, Contains(" % (exact_causal)"));
    // What happens is told above the state, which stays.
    const std::string end = shown.substr(shown.rfind("validation loss"));
    CHECK_THAT(end, Contains("step 12/12") && Contains("the run ended: finished"));
    CHECK((shown.find("\033[1A") == std::string::npos) == (columns == 200));
    for (const std::string& line : drawn_lines(shown)) {
      const bool is_state = line.find("nats/token") != std::string::npos ||
                            line.find("device-h") != std::string::npos;
      if (is_state && line.find("validation") == std::string::npos) CHECK(line.size() < columns);
    }
  }
}
