#include "profile/nvtx_range.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "profile/steady_timer.h"
#include "profile/step_profiler.h"

#ifdef FAKE_NVTX
namespace {

using assay::Phase;

void one_step() {
  assay::SteadyTimer timer;
  assay::StepProfiler profiler(timer);
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  profiler.begin_layer("attention");
  profiler.end_layer();
  profiler.end_step();
}

// NVTX looks for a tool once in a process: so the tool has one of its own. Its file is closed by
// exit().
TEST_CASE("NVTX shows steps, phases and layers as nested ranges") {
  const auto file =
      std::filesystem::temp_directory_path() / ("assay-nvtx-" + std::to_string(getpid()));
  const pid_t child = fork();
  if (child == 0) {
    setenv("NVTX_INJECTION64_PATH", FAKE_NVTX, 1);
    setenv("ASSAY_FAKE_NVTX", file.c_str(), 1);
    execl("/proc/self/exe", "test_profile", "one step under NVTX", nullptr);
    _exit(127);
  }
  int status = -1;
  waitpid(child, &status, 0);
  REQUIRE(status == 0);
  std::ifstream stream(file);
  const std::string ranges{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(file);
  CHECK(ranges == "+step\n+other\n-\n+forward\n+attention\n-\n-\n-\n");
}

TEST_CASE("one step under NVTX", "[.]") { one_step(); }

}  // namespace
#endif
