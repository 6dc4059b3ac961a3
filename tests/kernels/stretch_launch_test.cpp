#include "kernels/stretch_launch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "gradient_check.h"

using namespace assay::kernels;

namespace {

/// How often each number of each tensor is worked on, and the launches that do it. A work is its
/// tensor's place in the list.
struct Covered {
  std::vector<std::vector<int>> times;
  size_t launches = 0;
};

Covered covered(const std::vector<int64_t>& counts) {
  std::vector<uint64_t> works(counts.size());
  std::iota(works.begin(), works.end(), uint64_t{0});
  Covered out;
  for (const int64_t count : counts) out.times.emplace_back(static_cast<size_t>(count));
  for (const auto& launch : rows::launches_of<uint64_t>(works, counts)) {
    ++out.launches;
    for (int64_t block = 0; block < launch.num_blocks(); ++block) {
      const rows::BlockStretch stretch = launch.stretch(block);
      REQUIRE(stretch.count > 0);
      REQUIRE(stretch.begin % rows::kBlockNumbers == 0);
      for (int64_t i = 0; i < stretch.count; ++i) {
        ++out.times.at(launch.works[stretch.tensor]).at(static_cast<size_t>(stretch.begin + i));
      }
    }
  }
  return out;
}

void check_covered_once(const std::vector<int64_t>& counts) {
  for (const auto& times : covered(counts).times) {
    CHECK(std::ranges::all_of(times, [](int n) { return n == 1; }));
  }
}

}  // namespace

TEST_CASE("launches cover each number of tensors of any size once") {
  check_covered_once({1});
  check_covered_once({rows::kBlockNumbers, rows::kBlockNumbers - 1, rows::kBlockNumbers + 1, 7});
  ShapeDraw draw(91);
  for (int round = 0; round < 20; ++round) {
    std::vector<int64_t> counts;
    for (int64_t i = draw.up_to(600); i > 0; --i) {
      counts.push_back(draw.one_in(40) ? draw.up_to(200'000) : draw.up_to(900));
    }
    check_covered_once(counts);
  }
}

TEST_CASE("a tensor without numbers takes no block, and no tensors take no launch") {
  CHECK(covered({}).launches == 0);
  CHECK(covered({0, 0}).launches == 0);
  check_covered_once({0, 5, 0, 0, 20'000, 0});
}

TEST_CASE("a launch's tensors fill a kernel's arguments, and the next tensor begins another") {
  constexpr int kMost = rows::StretchLaunch<uint64_t>::kMost;
  using Launch = rows::StretchLaunch<uint64_t>;
  CHECK(sizeof(Launch) <= rows::kMostLaunchBytes);
  CHECK(sizeof(Launch) + 32 > rows::kMostLaunchBytes);  // one more would not fit
  CHECK(rows::kMostLaunchBytes < 4096);
  CHECK(covered(std::vector<int64_t>(kMost, 3)).launches == 1);
  CHECK(covered(std::vector<int64_t>(kMost + 1, 3)).launches == 2);
}

TEST_CASE("blocks of a tensor of more than 2^32 numbers") {
  const std::vector<uint64_t> works{0, 1};
  const std::vector<int64_t> counts{(int64_t{1} << 33) + 5, 9};
  const auto launch = rows::launches_of<uint64_t>(works, counts).at(0);
  const int64_t first = int64_t{1} << 33;
  CHECK(launch.num_blocks() == first / rows::kBlockNumbers + 2);
  const rows::BlockStretch rest = launch.stretch(launch.num_blocks() - 2);
  CHECK((rest.tensor == 0 && rest.begin == first && rest.count == 5));
  CHECK(launch.stretch(launch.num_blocks() - 1).tensor == 1);
}
