#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/csv.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/report_json.h"
#include "run_folder.h"

// What a report says of a run, and of what is not known.

namespace assay::report {
namespace {

using Catch::Contains;

TEST_CASE("the time in a report adds up to the time held") {
  const RunFolder folder;
  const Document document = build_document(one_run(folder));
  const auto time = nlohmann::json::parse(to_json(document))["runs"][0]["sections"]["time"];
  double sum = 0;
  for (const auto& [key, figure] : time.items()) {
    if (key.starts_with("state.")) sum += figure["value"].get<double>();
  }
  CHECK(sum == Approx(time["held"]["value"].get<double>()).epsilon(1e-14));
  CHECK(time["state.lost"]["value"].get<double>() > 0);
}

TEST_CASE("a process on another program or device than the first is named") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  CHECK_THAT(render_html(input), !Contains("differs"));
  input.runs[0].record.manifests[1].binary.sha256 = std::string(64, 'e');
  input.runs[0].record.manifests[1].devices[0].name = "Another Processor";
  CHECK_THAT(render_html(input), Contains("sha256 of the program differs from the first process") &&
                                     Contains("Devices differs from the first process"));
}

TEST_CASE("a process that went on with other settings or data is told what changed") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  std::vector<RunManifest>& manifests = input.runs[0].record.manifests;
  manifests[0].config_toml = "[train]\nseed = 1\nlr = 3e-3\n";
  manifests[1].config_toml = "[train]\nseed = 2\nlr = 3e-3\n";
  CHECK_THAT(render_html(input), !Contains("differs"));
  manifests[1].config_sha256 = std::string(64, '9');
  CHECK_THAT(render_html(input), Contains("Resolved config differs from the first process: "
                                          "train.seed = 2 (was 1)"));
  manifests[1].config_toml = "[train";
  CHECK_THAT(render_html(input), Contains("Resolved config differs from the first process: 999"));
  manifests[1].config_sha256 = manifests[0].config_sha256;
  manifests[0].data = {{.path = "a.bin", .size = 2, .sha256 = std::string(64, 'a')}};
  manifests[1].data = {{.path = "b.bin", .size = 2, .sha256 = std::string(64, 'a')}};
  CHECK_THAT(render_html(input), !Contains("differs"));
  manifests[1].data[0].sha256 = std::string(64, 'b');
  CHECK_THAT(render_html(input), Contains("Digests of the data differs from the first process: "
                                          "b.bin bbbbbbbbbbbb"));
}

TEST_CASE("time in graphs whose phases are not available is told apart from the phases") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  CHECK_THAT(to_json(build_document(input)), !Contains("phase.unphased"));
  input.runs[0].summary.mean_unphased = Seconds(0.25);
  input.runs[0].summary.unphased_share = 0.5;
  const auto phases =
      nlohmann::json::parse(to_json(build_document(input)))["runs"][0]["sections"]["phases"];
  CHECK(phases["phase.unphased"]["value"] == 0.25);
  CHECK_THAT(to_markdown(build_document(input)), Contains("whose phases are not available"));
}

TEST_CASE("energy that was not measured is shown with the reason, never as zero") {
  const RunFolder folder;
  const ReportInput input = one_run(folder, {.energy = false});
  const Document document = build_document(input);
  const auto energy = nlohmann::json::parse(to_json(document))["runs"][0]["sections"]["energy"];
  CHECK(energy["energy_total"]["value"].is_null());
  CHECK(energy["energy_total"]["note"] == "not measured");
  CHECK_THAT(to_html(document),
             Contains("not measured: rapl: no package zone in /sys/class/powercap"));
}

TEST_CASE("generation has a section with speeds, memory and prices at a stated utilisation") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  CHECK_THAT(to_json(build_document(input)), !Contains("inference.rate"));
  RunReport& run = input.runs[0];
  run.record.inference = {{.time_unix_s = run.record.manifest().started_unix_s + 1,
                           .num_prompts = 1,
                           .num_sequences = 1,
                           .prompt_tokens = Tokens(10),
                           .generated_tokens = Tokens(21),
                           .decode_tokens = Tokens(20),
                           .prefill = Seconds(0.5),
                           .decode = Seconds(0.25),
                           .first_token = Seconds(0.5),
                           .kv_per_sequence = Bytes(4096)}};
  RunPrices prices;
  prices.rent = Sourced<HourlyPrice>{.value = {Money{3.6, "USD", ""}}, .source = "test"};
  run.inference = inference_use(run.record, run.time, prices, nullptr, nullptr);
  const auto json = nlohmann::json::parse(to_json(build_document(input)));
  const auto figures = json["runs"][0]["sections"]["inference"];
  CHECK(figures["inference.rate.decode"]["value"].get<double>() == Approx(80));
  CHECK(figures["inference.kv"]["value"].get<double>() == 4096);
  CHECK(figures["inference.price.decode"]["value"].get<double>() == Approx(12.5));
  CHECK(figures["inference.price.held"]["note"].get<std::string>().ends_with(" %"));
  CHECK(figures["inference.energy"]["value"].is_null());
}

TEST_CASE("a run without a price shows hours and says so") {
  const RunFolder folder;
  const auto json =
      nlohmann::json::parse(to_json(build_document(one_run(folder, {.price = false}))));
  const auto cost = json["runs"][0]["sections"]["cost"];
  CHECK(cost["cost_total"]["value"].is_null());
  CHECK(cost["device_hours"]["value"].get<double>() > 0);
  CHECK_THAT(json["sections"]["cost"]["notes"].dump(), Contains("no price was named"));
}

TEST_CASE("a measured ceiling is never called a peak") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  input.verdicts.clear();
  const std::string html = render_html(input);
  CHECK_THAT(html, Contains("measured_ceiling (fp32 matrix products)"));
  CHECK_THAT(html, Contains("exact_causal"));
  CHECK_THAT(html, !Contains("peak") && !Contains("MFU,"));
}

TEST_CASE("several runs stand side by side") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  input.runs.push_back(
      folder.report("b", {.run_id = "faster", .killed_once = false, .speed = 1.5}));
  const Document document = build_document(input);
  CHECK(document.runs == std::vector<std::string>{"quickstart", "faster"});
  for (const Section& section : document.sections) {
    for (const Row& row : section.rows) REQUIRE(row.cells.size() == 2);
  }
  const std::string html = to_html(document);
  CHECK_THAT(html, Contains("quickstart: training") && Contains("faster: training"));
}

TEST_CASE("runs with the same id are told apart by their directories") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  input.runs.push_back(folder.report("b", {}));
  const Document document = build_document(input);
  CHECK(document.runs[0] != document.runs[1]);
}

TEST_CASE("claims beside a CPU run carry the caveat") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  CHECK_THAT(render_html(input), Contains("no evidence about the accelerators"));
  input.runs[0].record.manifests[0].devices[0].kind = "cuda";
  CHECK_THAT(render_html(input), !Contains("no evidence about the accelerators"));
}

TEST_CASE("verdicts alone make a report") {
  ReportInput input;
  input.verdicts = {test::realistic_verdict()};
  const std::string html = render_html(input);
  CHECK_THAT(html,
             Contains("A run for $5.576M") && Contains("<details id=\"claim-test-claim.step-1\""));
  CHECK(nlohmann::json::parse(to_json(build_document(input)))["runs"].empty());
}

TEST_CASE("a run killed before its first step still has a report") {
  const RunFolder folder;
  ReportInput input = one_run(folder, {.num_steps = 0, .killed_once = false});
  const std::string html = render_html(input);
  CHECK_THAT(html, Contains("no timed step"));
  CHECK(html.find(">nan") == std::string::npos);
}

}  // namespace
}  // namespace assay::report
