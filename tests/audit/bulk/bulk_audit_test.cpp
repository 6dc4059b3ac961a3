#include "audit/bulk/bulk_audit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "audit/bulk/bulk_summary.h"
#include "audit/bulk/hardware_names.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

BulkAudit audited_table(const std::filesystem::path& file) {
  return audit_table(read_csv(text_of(file), "systems.csv"), ColumnMap::epoch(), "systems.csv",
                     registry(), Language::kEnglish);
}

const BulkAudit& traps() {
  static const BulkAudit audit =
      audited_table(source_dir() / "tests" / "audit" / "bulk" / "systems.csv");
  return audit;
}

const AuditedRow& row(const std::string& name) {
  const auto found =
      std::find_if(traps().rows.begin(), traps().rows.end(),
                   [&](const AuditedRow& r) { return r.row.text("name").starts_with(name); });
  INFO(name);
  REQUIRE(found != traps().rows.end());
  return *found;
}

std::string label(const std::string& name) { return label_name(row(name).verdict); }

std::string fault(const std::string& name) {
  const std::vector<std::string>& faults = row(name).row.faults;
  return faults.size() == 1 ? faults[0] : std::string();
}

TEST_CASE("rows that hold are reproduced, and so are their neighbours after bad rows") {
  CHECK(traps().rows.size() == 36);
  for (const char* name : {"holds: 6ND", "twice the data in two epochs", "holds at the end"}) {
    INFO(name);
    CHECK(label(name) == "reproduced");
    CHECK(row(name).verdict.flags.empty());
  }
  CHECK(*row("holds: 6ND").mfu == Approx(0.3838).margin(0.0005));
}

TEST_CASE("hours that are something else are named") {
  CHECK(label("chip-hours three times too small") == "inconsistent");
  CHECK(check_of(row("chip-hours hold the wall time").verdict, "row_hours_hold")
            .sentence.find("wall time") != std::string::npos);
  CHECK(check_of(row("chip-hours per trillion tokens").verdict, "row_hours_hold")
            .sentence.find("per trillion tokens") != std::string::npos);
  CHECK_FALSE(has_check(row("holds: 6ND").verdict, "row_hours_hold"));
  CHECK_FALSE(has_check(row("chip-hours three times too small").verdict, "row_hours_hold"));
}

TEST_CASE("impossible work fails, slow work is a flag") {
  CHECK(label("impossible compute") == "inconsistent");
  CHECK(flagged(row("implausibly slow").verdict, "mfu_of_printed_compute"));
  CHECK(label("implausibly slow") != "inconsistent");
}

TEST_CASE("the compute column is read against 6 N D") {
  const auto sentence = [](const std::string& name) {
    return check_of(row(name).verdict, "row_compute").sentence;
  };
  CHECK(sentence("compute of 8ND").find("8 N D") != std::string::npos);
  CHECK(sentence("forward pass only").find("2 N D") != std::string::npos);
  CHECK(sentence("half of 6ND").find("half of 6 N D") != std::string::npos);
  CHECK(sentence("a mixture's").find("active parameters") != std::string::npos);
  CHECK(label("a mixture's") != "inconsistent");
}

TEST_CASE("a fine-tune that carries its base model's compute is named and not failed") {
  CHECK(flagged(row("fine-tune with the base's").verdict, "row_base_compute"));
  CHECK(flagged(row("fine-tune without its own").verdict, "row_base_compute"));
  CHECK(flagged(row("fine-tune cell").verdict, "row_finetune_cell"));
  CHECK_FALSE(flagged(row("fine-tune with the base's").verdict, "row_finetune_cell"));
  CHECK(label("fine-tune with the base's") != "inconsistent");
  CHECK(label("fine-tune without its own") != "inconsistent");
}

std::string device_of(const std::string& name) {
  static const HardwareNames names = HardwareNames::load(registry());
  const std::optional<NamedHardware> found = names.find(name);
  return found ? found->device + (found->stated ? "" : " ?") : "";
}

TEST_CASE("short names of hardware have a documented device; capitals and signs do not count") {
  CHECK(device_of("H100") == "h100-sxm ?");
  CHECK(device_of("Nvidia h100") == "h100-sxm ?");
  CHECK(device_of("NVIDIA H100 PCIe") == "h100-pcie");
  CHECK(device_of("H100-PCIe") == "h100-pcie");
  CHECK(device_of("TPUv4") == "tpu-v4");
  CHECK(device_of("H100 NVL").empty());
  CHECK(device_of("").empty());
  CHECK(hardware_candidates(registry(), "H100 NVL 94GB") == "h100-pcie, h100-sxm");
  CHECK(hardware_candidates(registry(), "Cerebras CS-2").empty());
}

TEST_CASE("unknown hardware is reported, an open variant is an assumption") {
  CHECK(flagged(row("unknown hardware").verdict, "row_hardware"));
  CHECK(flagged(row("two kinds").verdict, "row_hardware"));
  CHECK(row("unknown hardware").device.empty());
  CHECK(row("variant left open").device == "a100-80gb-sxm");
  CHECK(row("variant left open").verdict.assumptions.size() == 1);
  CHECK(row("holds: 6ND").verdict.assumptions.empty());
  std::istringstream cells("name,gpu,flop\nA,Nvidia H100 NVL,1e23\n");
  const std::string map = "[columns]\nname = \"name\"\nhardware = \"gpu\"\ncompute = \"flop\"\n";
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("assay_map_{}.toml", ::getpid());
  std::ofstream(file) << map;
  const BulkAudit one = audit_table(read_csv(cells.str(), "t.csv"), ColumnMap::read(file), "t.csv",
                                    registry(), Language::kEnglish);
  std::filesystem::remove(file);
  CHECK(one.rows.front().candidates == "h100-pcie, h100-sxm");
  CHECK(summary_text(one, Language::kEnglish).find("NVL (may mean: h100-pcie, h100-sxm)") !=
        std::string::npos);
}

TEST_CASE("utilisation, power, cost and date columns are checked") {
  CHECK(flagged(row("utilisation in percent").verdict, "row_utilisation"));
  CHECK(flagged(row("utilisation against").verdict, "compute_from_utilisation"));
  CHECK(check_of(row("power of one device").verdict, "row_power").sentence.find("one device's") !=
        std::string::npos);
  CHECK(result_of(row("power of all devices").verdict, "row_power") == CheckResult::kPass);
  CHECK(flagged(row("cost far above").verdict, "row_cost"));
  CHECK(flagged(row("device before").verdict, "device_not_yet_released"));
}

TEST_CASE("compute made of an assumed utilisation is no evidence of it") {
  CHECK(has_check(row("compute made of 30").verdict, "row_assumed_utilisation"));
  CHECK(label("compute made of 30") == "unverifiable");
  CHECK_FALSE(row("compute made of 30").mfu.has_value());
  CHECK(label("compute near 30") == "plausible");
  CHECK_FALSE(has_check(row("compute near 30").verdict, "row_assumed_utilisation"));
}

TEST_CASE("a cell that cannot be read is told and its row is not judged") {
  CHECK(fault("not a number") == "params: not a number: \"about seven billion\"");
  CHECK(fault("negative hours") == "wall: must be more than zero: \"-240.0\"");
  CHECK(fault("half a device") == "devices: not a whole number: \"256.5\"");
  CHECK(fault("no such day") == "date: no such day: \"2024-02-31\"");
  CHECK(fault("absurd magnitude") == "compute: an absurd magnitude: \"8.4e+40\"");
  CHECK(label("not a number") == "null");
}

TEST_CASE("the summary counts rows, rules and utilisation") {
  const BulkSummary summary = summarise(traps());
  CHECK(summary.rows == 36);
  CHECK(summary.faulty == 7);
  CHECK(summary.labels.at("inconsistent") == 4);
  CHECK(summary.labels.at("no verdict") == 1);
  CHECK(summary.fails.at("physical_bound") == 3);
  CHECK(summary.unknown_hardware.size() == 2);
  CHECK(summary.by_device.at("h100-sxm").median == Approx(0.3838).margin(0.0005));
  const std::string text = summary_text(traps(), Language::kEnglish);
  CHECK(text.find("systems.csv: 36 rows, 7 of them cannot be read") != std::string::npos);
  CHECK(text.find("systems.csv:30: 6 fields where the header has 21") != std::string::npos);
  CHECK(summary_text(traps(), Language::kJapanese).find("36行") != std::string::npos);
}

TEST_CASE("one line a row, and no formula reaches a spreadsheet") {
  const CsvTable out = read_csv(bulk_csv(traps()), "out.csv");
  CHECK(out.rows.size() == 36);
  for (const CsvRow& line : out.rows) CHECK(line.fault.empty());
  const size_t name = out.column("name");
  CHECK(out.rows[30].fields[name].starts_with("'=HYPERLINK"));
  CHECK(out.rows[31].fields[name] == "a name\nover two lines");
  CHECK(out.rows[0].fields[out.column("verdict")] == "reproduced");
  const auto json = bulk_json(traps(), "hash");
  CHECK(json.at("rows").size() == 36);
  CHECK(json.at("summary").at("verdicts").at("inconsistent") == 4);
  CHECK(json.at("rows").at(23).at("verdict").is_null());
}

Verdict mapped_row(const std::string& row) {
  const ColumnMap map{.columns = {{"name", {"n"}},
                                  {"hardware", {"gpu"}},
                                  {"params", {"p", 1e9}},
                                  {"tokens", {"t", 1e12}},
                                  {"compute", {"c"}},
                                  {"hours", {"h"}},
                                  {"precision", {"f"}}}};
  const BulkAudit audit = audit_table(read_csv("n,gpu,p,t,c,h,f\n" + row + "\n", "t.csv"), map,
                                      "t.csv", registry(), Language::kEnglish);
  REQUIRE(audit.rows.size() == 1);
  return audit.rows.front().verdict;
}

TEST_CASE("compute that the row's own data and hours do not need is another model's") {
  const Verdict tuned = mapped_row("tuned,a100-80gb-sxm,70,0.0001,8.1e23,192,bf16");
  CHECK(flagged(tuned, "row_base_compute"));
  CHECK(flagged(tuned, "physical_bound"));
  CHECK(label_name(tuned) != "inconsistent");
  // Its own 6 N D would need 17 times the peak: no reading is left.
  CHECK(label_name(mapped_row("own,a100-80gb-sxm,70,15,6.3e24,245760,bf16")) == "inconsistent");
}

// The verdict on one row of H100 hours, with what a token meets in its own column.
AuditedRow told_by_size(const std::string& active, const std::string& hours) {
  ColumnMap map = ColumnMap::epoch();
  map.columns.emplace("active_params", MappedColumn{.column = "Active"});
  const std::string header =
      "Model,Publication date,Parameters,Active,Training dataset size (datapoints),Training "
      "hardware,Training chip-hours\n";
  const std::string line =
      "a,2024-05-01,70e9," + active + ",3e12,NVIDIA H100 SXM5 80GB," + hours + "\n";
  return audit_table(read_csv(header + line, "t.csv"), map, "t.csv", registry(), Language::kEnglish)
      .rows.at(0);
}

TEST_CASE("a row without compute is judged by its parameters, tokens and hours") {
  const AuditedRow usual = told_by_size("", "900000");
  CHECK(label_name(usual.verdict) == "plausible");
  CHECK(*usual.mfu == Approx(6 * 70e9 * 3e12 / (900e3 * 3600 * 989.4e12)).epsilon(0.001));
  const AuditedRow little = told_by_size("", "100000");  // it may be a mixture
  CHECK(label_name(little.verdict) == "unverifiable");
  CHECK(flagged(little.verdict, "implied_mfu"));
  CHECK(label_name(told_by_size("70e9", "100000").verdict) == "inconsistent");
  CHECK(label_name(told_by_size("7e9", "100000").verdict) == "plausible");
}

TEST_CASE("columns of tokens and parameters that are mixed up are shown") {
  CHECK(flagged(mapped_row("swapped,h100-sxm,1000,0.007,4.2e22,21504,bf16"),
                "tokens_below_parameters"));
  CHECK(!flagged(mapped_row("right,h100-sxm,7,1,4.2e22,21504,bf16"), "tokens_below_parameters"));
}

TEST_CASE("Epoch's 98 rows are audited, if they are at hand") {
  const char* folder = std::getenv("ASSAY_TEST_DATA");
  const std::filesystem::path file =
      std::filesystem::path(folder != nullptr ? folder : "") / "epoch_systems_sample.csv";
  if (folder == nullptr || !std::filesystem::exists(file)) {
    WARN("skipped: ASSAY_TEST_DATA names no folder with epoch_systems_sample.csv");
    return;
  }
  const BulkAudit audit = audited_table(file);
  const BulkSummary summary = summarise(audit);
  CHECK(summary.rows == 98);
  CHECK(summary.faulty == 0);
  CHECK(summary.fails == std::map<std::string, size_t>{{"devices_times_time", 1}});
  CHECK(summary.labels.at("inconsistent") == 1);
  CHECK(summary.by_device.at("a100-80gb-sxm").rows >= 10);
}

}  // namespace
}  // namespace assay::audit
