// What `assay generate` leaves on the record, and what audit and report make of it.
#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "child_program.h"
#include "generate_program.h"
#include "trained_run.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A device of the registry whose driver gives it this name.
std::string registered_device(const std::string& name) {
  return R"(id = "this-machine"
name = "the machine of the test"
vendor = "somebody"
kind = "cpu"
architecture = "any"
released = "2020-01"
match_names = [")" +
         name + R"("]

[source]
key = "vendor-datasheets"
mark = "recalled"

[peak_flops]
fp32 = "1 TFLOP/s"
)";
}

/// Readings of a source of 50 W, every 20 ms of a minute.
std::string ticking_energy() {
  json line = json::parse(
      R"({"schema_version":1,"kind":"energy","attempt":0,"node":"0","source":"rapl","device_uuid":"package-0","power_w":null,"provenance":"measured"})");
  std::string all;
  for (int i = 0; i < 3000; ++i) {
    line["time_unix_s"] = 1 + 0.02 * i;
    line["energy_j"] = 1.0 * i;
    all += line.dump() + '\n';
  }
  return all;
}

}  // namespace

TEST_CASE("a record of generation is a run that report shows with its price") {
  const fs::path record = trained_run().file("inference");
  const fs::path energy = written("energy.jsonl", ticking_energy());
  const json said =
      generated({"--prompt", "the", "--max-tokens", "25", "--record", record.string(), "--price",
                 "0.10 USD/gpu_h", "--set", "energy.replay_file=" + energy.string()});
  const json& metering = said["metering"];
  CHECK(metering["price_per_million_generated_tokens_held"]["amount"].get<double>() >
        metering["decode"]["price_per_million_tokens_always_busy"]["amount"].get<double>());
  CHECK(metering["busy_share_of_time_held"].get<double>() < 1);
  CHECK(metering["energy_per_generated_token_j"].get<double>() > 0);
  CHECK(exists(record / "inference.jsonl"));

  const ProgramResult report = run_assay(
      {"report", record.string(), "--format", "json", "--out", (record / "r.json").string()});
  INFO(report.err);
  REQUIRE(report.exit_code == 0);
  std::ifstream stream(record / "r.json");
  const json sections = json::parse(stream)["runs"][0]["sections"];
  CHECK(sections["inference"]["inference.generated_tokens"]["value"] == 25);
  CHECK(sections["inference"]["inference.price.decode"]["value"].get<double>() > 0);
  CHECK(sections["time"]["state.productive"]["value"].get<double>() > 0);

  check_refused(generate({"--prompt", "a", "--record", record.string()}), 3,
                "already holds a run; name another: ");
}

TEST_CASE("batches are on the record as they are done, and a SIGTERM loses none of them") {
  const fs::path record = trained_run().file("interrupted");
  ChildProgram child(generate_args({"--prompt", "a", "--samples", "1000000", "--max-batch", "2",
                                    "--max-tokens", "25", "--record", record.string()}),
                     trained_run().file("interrupted.log"));
  const auto num_batches = [&] {
    std::ifstream stream(record / "inference.jsonl");
    return std::count(std::istreambuf_iterator<char>(stream), {}, '\n');
  };
  REQUIRE(child.wait_until([&] { return num_batches() >= 3; }));
  child.signal(SIGTERM);
  CHECK(child.wait() == 75);
  const std::string log = child.log();
  CHECK_THAT(log, Catch::Contains("--- prompt 1 sample 6 (stopped: max-tokens reached)") &&
                      Catch::Contains("\nstopped:    "));
  std::ifstream events(record / "events.0.jsonl");
  const std::string told{std::istreambuf_iterator<char>(events), {}};
  CHECK_THAT(told, Catch::Contains("preempted"));
  const ProgramResult report = run_assay({"report", record.string(), "--format", "md"});
  CHECK(report.exit_code == 0);
}

TEST_CASE("prices of tokens are held against a record that generate wrote") {
  const fs::path record = trained_run().file("rollout");
  const json metering =
      generated({"--prompt", "the", "--prompt", "a longer one", "--samples", "3", "--max-tokens",
                 "12", "--record", record.string(), "--price", "0.10 USD/gpu_h"})["metering"];
  const fs::path claim = written("price.toml", R"(id = "price"
kind = "relative"
headline = "runs.V3.output_price"
claimant = "somebody"
date = "2025-03"
subject = "deepseek-v3"
model = "deepseek-v3"
device = "h800-sxm"
[title]
en = "a price"
[statement]
en = "a price"
[source]
key = "dsv3-tr"
mark = "seen"
[[runs]]
name = "V3"
price = "2.00 USD/gpu_h"
input_price = "0.27 USD/Mtoken"
output_price = "1.10 USD/Mtoken"
)");
  const ProgramResult audit =
      run_assay({"audit", claim.string(), "--run", record.string(), "--json"});
  INFO(audit.err << audit.out);
  REQUIRE(audit.exit_code == 0);
  std::map<std::string, json> checks;  // by what was generated: answers or prompts
  const json said = json::parse(audit.out);
  for (const json& check : said["claims"][0]["checks"]) {
    if (check["rule"] != "own_generation") continue;
    checks[check["note"].get<std::string>().find("prefill") == std::string::npos ? "decode"
                                                                                 : "prefill"] =
        check;
  }
  const std::string id = read_json(record / "manifest.json")["run_id"];
  for (const char* const phase : {"decode", "prefill"}) {
    INFO(phase);
    REQUIRE(checks.contains(phase));
    const json& check = checks[phase];
    CHECK(check["result"] == "n/a");
    CHECK(check["unit"] == "token/s/gpu");
    CHECK(check["computed"].get<double>() ==
          Approx(metering[phase]["tokens_per_s"].get<double>()).epsilon(1e-9));
    CHECK_THAT(check["note"].get<std::string>(),
               Catch::Contains("Run " + id) && Catch::Contains("up to 6 sequences at once") &&
                   Catch::Contains("at its own rent of 0.10 USD/gpu_h") &&
                   Catch::Contains("A CPU run is no evidence about h800-sxm"));
  }
  // Nothing was trained: the record says nothing of a training's cost.
  CHECK(audit.out.find("\"own_run\"") == std::string::npos);
  const ProgramResult text =
      run_assay({"audit", claim.string(), "--run", record.string(), "--explain"});
  CHECK_THAT(text.out, Catch::Contains("A CPU run is no evidence about h800-sxm"));
}

TEST_CASE("a record names the device as the registry does where the driver's name is known") {
  const fs::path plain = trained_run().file("unregistered");
  REQUIRE(generate({"--prompt", "a", "--max-tokens", "2", "--record", plain.string()}).exit_code ==
          0);
  const json device = read_json(plain / "manifest.json")["devices"][0];
  CHECK(device["registry_id"] == "");

  const fs::path registry = trained_run().file("registry");
  fs::copy(ASSAY_SOURCE_DIR "/configs/registry", registry, fs::copy_options::recursive);
  std::ofstream(registry / "devices" / "this-machine.toml") << registered_device(device["name"]);
  const fs::path known = trained_run().file("registered");
  const ProgramResult done =
      run_assay(generate_args({"--prompt", "a", "--max-tokens", "2", "--record", known.string()}),
                {"ASSAY_DATA=" + registry.string()});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  CHECK(read_json(known / "manifest.json")["devices"][0]["registry_id"] == "this-machine");
}

TEST_CASE("a price of the registry counts with its name, its days and its device") {
  const std::vector<std::string> few{"--prompt", "the", "--max-tokens", "5", "--price"};
  std::vector<std::string> by_id = few;
  by_id.emplace_back("h200-sxm-aws-list-2025");
  const ProgramResult priced = generate(by_id);
  INFO(priced.err);
  REQUIRE(priced.exit_code == 0);
  CHECK_THAT(priced.err, Catch::Contains("at 10.60 USD/gpu_h (quoted)") &&
                             Catch::Contains("warning: the price h200-sxm-aws-list-2025 is valid "
                                             "from 2025-01-01 to 2025-12-31, the run began on") &&
                             Catch::Contains("is that of another device: h200-sxm, the run holds"));
  std::vector<std::string> by_figure = few;
  by_figure.insert(by_figure.end(), {"10.60 USD/gpu_h", "--json"});
  by_id.emplace_back("--json");
  const json sheet = json::parse(generate(by_id).out)["metering"];
  const json figure = json::parse(generate(by_figure).out)["metering"];
  const char* const kPrice = "price_per_million_generated_tokens_held";
  CHECK(sheet[kPrice]["provenance"] == "quoted");
  CHECK(figure[kPrice]["provenance"] == "assumed");
  CHECK(sheet[kPrice]["currency"] == "USD");

  std::vector<std::string> unknown = few;
  unknown.emplace_back("h200-sxm-aws-list-2052");
  check_refused(generate(unknown), 3,
                "[price] --price=h200-sxm-aws-list-2052: unknown price "
                "\"h200-sxm-aws-list-2052\"; nearest known: \"h200-sxm-aws-list-2025\"");
  const std::vector<std::pair<std::string, std::string>> refused{
      {"a100-40gb-sxm-market-2022-2023", "is a range: 1.10 USD/gpu_h to 4.10 USD/gpu_h"},
      {"0 USD/gpu_h", "price.device_hour is not above zero: 0 USD/gpu_h"},
      {"2 USD/kWh", "[config] --price=2 USD/kWh: wrong unit"},
      {"two USD/gpu_h", "[config] --price=two USD/gpu_h: [units] a measure reads"}};
  for (const auto& [price, fact] : refused) {
    std::vector<std::string> args = few;
    args.push_back(price);
    check_refused(generate(args), 2, fact);
  }
}
