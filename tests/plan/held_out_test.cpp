#include "plan/held_out.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include "shipped.h"

namespace assay {
namespace {

const std::string kRoot = ASSAY_SOURCE_DIR;

const std::vector<HeldOutRow>& rows() {
  static const std::vector<HeldOutRow> all =
      held_out(load_throughputs(test::shipped_registry()), test::shipped_registry());
  return all;
}

TEST_CASE("most published speeds, each held out, lie in their 90 % interval") {
  const auto inside = std::count_if(rows().begin(), rows().end(),
                                    [](const HeldOutRow& row) { return row.inside(); });
  CHECK(rows().size() >= 27);
  CHECK(static_cast<double>(inside) >= 0.8 * static_cast<double>(rows().size()));
}

TEST_CASE("many of them do so with an interval no wider than 25 %; each other one has a reason") {
  const auto kept = std::count_if(rows().begin(), rows().end(), [](const HeldOutRow& row) {
    return row.inside() && row.half_width() <= kWidestHalf;
  });
  CHECK(static_cast<double>(kept) >= 0.45 * static_cast<double>(rows().size()));
  for (const HeldOutRow& row : rows()) {
    INFO(row.run.id);
    CHECK(row.reason.empty() == (row.inside() && row.half_width() <= kWidestHalf));
  }
}

TEST_CASE("the reason of a row names what it reached and what the runs most like it reached") {
  const auto row = std::find_if(rows().begin(), rows().end(), [](const HeldOutRow& one) {
    return one.run.id == "deepseek-v3-gb200-fp8";
  });
  REQUIRE(row != rows().end());
  CHECK_THAT(row->reason,
             Catch::Contains("of its roofline") && Catch::Contains("deepseek-v3-gb300-fp8"));
}

TEST_CASE("a held-out row does not see its own speed, nor another row of its run") {
  std::vector<PublishedThroughput> runs = load_throughputs(test::shipped_registry());
  const auto at = [&](const std::string& id) {
    const auto found = std::find_if(runs.begin(), runs.end(),
                                    [&](const PublishedThroughput& run) { return run.id == id; });
    REQUIRE(found != runs.end());
    return static_cast<size_t>(found - runs.begin());
  };
  const size_t bf16 = at("qwen2.5-3b-h100-bf16");
  const size_t fp8 = at("qwen2.5-3b-h100-fp8");
  const size_t larger = at("qwen2.5-7b-h100-bf16");
  CHECK(of_one_run(runs[bf16], runs[fp8]));
  CHECK_FALSE(of_one_run(runs[bf16], runs[larger]));
  runs[fp8].throughput.measure.value *= 10;
  const std::vector<HeldOutRow> changed = held_out(runs, test::shipped_registry());
  CHECK(changed[fp8].predicted == rows()[fp8].predicted);
  CHECK(changed[fp8].low == rows()[fp8].low);
  CHECK_FALSE(changed[fp8].inside());
  CHECK(changed[bf16].predicted == rows()[bf16].predicted);
  CHECK(changed[larger].predicted != rows()[larger].predicted);
}

TEST_CASE("the measured page is what the program prints") {
  std::ifstream file(kRoot + "/docs/measurements/plan-held-out.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  CHECK(page == held_out_markdown(rows()));
}

}  // namespace
}  // namespace assay
