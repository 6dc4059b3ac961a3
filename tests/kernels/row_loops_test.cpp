#include "kernels/row_loops.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

namespace {

/// Whether the processor has a flag, by what the kernel says.
bool has_flag(const std::string& flag) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string word;
  while (cpuinfo >> word) {
    if (word == flag) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the loops use what the processor can do, whoever made it") {
  const std::string set = assay::kernels::rows::instruction_set();
  const bool has_avx512 = has_flag("avx512f") && has_flag("avx512bw") && has_flag("avx512vl") &&
                          has_flag("avx512dq") && has_flag("avx512cd");
  const bool has_avx2 = has_flag("avx2") && has_flag("fma") && has_flag("bmi2");
  CHECK(set == (has_avx512 ? "x86-64-v4" : has_avx2 ? "x86-64-v3" : "x86-64"));
}
