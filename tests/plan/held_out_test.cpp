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

TEST_CASE("half of them do so with an interval no wider than 25 %; each other one has a reason") {
  const auto kept = std::count_if(rows().begin(), rows().end(), [](const HeldOutRow& row) {
    return row.inside() && row.half_width() <= kWidestHalf;
  });
  CHECK(2 * static_cast<size_t>(kept) >= rows().size());
  for (const HeldOutRow& row : rows()) {
    INFO(row.run.id);
    CHECK(row.reason.empty() == (row.inside() && row.half_width() <= kWidestHalf));
  }
}

TEST_CASE("a held-out row does not see its own speed") {
  std::vector<PublishedThroughput> runs = load_throughputs(test::shipped_registry());
  runs[3].throughput.measure.value *= 10;
  const HeldOutRow changed = held_out(runs, test::shipped_registry())[3];
  CHECK(changed.predicted == rows()[3].predicted);
  CHECK(changed.low == rows()[3].low);
  CHECK_FALSE(changed.inside());
}

TEST_CASE("the measured page is what the program prints") {
  std::ifstream file(kRoot + "/docs/measurements/plan-held-out.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  CHECK(page == held_out_markdown(rows()));
}

}  // namespace
}  // namespace assay
