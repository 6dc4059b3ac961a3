#include "kernels/kernel_paths.h"

#include <catch2/catch.hpp>

#include <stdexcept>

using assay::kernels::KernelPath;
using assay::kernels::KernelPaths;
using assay::kernels::PathChoice;

namespace {

/// Takes the time that the work itself sets.
struct ScriptedWork {
  double seconds = 0;
  int runs = 0;
  KernelPath path(std::string name, double takes) {
    return {std::move(name), [this, takes] {
              ++runs;
              seconds = takes;
            }};
  }
  KernelPaths::Stopwatch stopwatch() {
    return [this](const std::function<void()>& work) {
      work();
      return seconds;
    };
  }
};

const KernelPath kRefused{"refused", [] { throw std::runtime_error("not on this device"); }};

}  // namespace

TEST_CASE("the fastest path is timed once for a shape and then known") {
  ScriptedWork work;
  KernelPaths paths({.stopwatch = work.stopwatch()});
  const std::vector<KernelPath> ways{work.path("slow", 2e-3), kRefused, work.path("fast", 1e-3)};
  CHECK_FALSE(paths.chosen("8x8"));
  CHECK(paths.choose("8x8", ways) == 2);
  CHECK(paths.chosen("8x8") == 2u);
  CHECK_FALSE(paths.chosen("8x9"));
  CHECK(work.runs == 8);  // one to load libraries and three that count, for each of two

  const std::vector<PathChoice> found = paths.take_new();
  REQUIRE(found.size() == 1);
  CHECK(to_string(found[0]) == "8x8: fast (slow 2 ms, refused cannot, fast 1 ms)");
  CHECK(paths.take_new().empty());
}

TEST_CASE("of equally fast paths the first is taken") {
  ScriptedWork work;
  KernelPaths paths({.stopwatch = work.stopwatch()});
  const std::vector<KernelPath> ways{work.path("one", 1e-3), work.path("two", 1e-3)};
  CHECK(paths.choose("8x8", ways) == 0);
}

TEST_CASE("the first round of a path does not count") {
  double next = 1.0;
  KernelPaths paths({.stopwatch = [&](const std::function<void()>& work) {
    work();
    return std::exchange(next, 1e-3);
  }});
  const std::vector<KernelPath> ways{{"loads a library", [] {}}, {"other", [&] { next = 5e-3; }}};
  CHECK(paths.choose("8x8", ways) == 0);
}

TEST_CASE("a shape that no path computes is an error that names it") {
  ScriptedWork work;
  KernelPaths paths({.stopwatch = work.stopwatch()});
  CHECK_THROWS_WITH(paths.choose("8x8", std::vector{kRefused}),
                    Catch::Matchers::Contains("no kernel of this library computes 8x8"));
  CHECK_FALSE(paths.chosen("8x8"));
}

TEST_CASE("paths are in use while their scope lives") {
  CHECK(assay::kernels::kernel_paths() == nullptr);
  {
    KernelPaths paths({});
    const assay::kernels::UseKernelPaths use(paths);
    CHECK(assay::kernels::kernel_paths() == &paths);
    CHECK_FALSE(paths.times_paths());
  }
  CHECK(assay::kernels::kernel_paths() == nullptr);
}
