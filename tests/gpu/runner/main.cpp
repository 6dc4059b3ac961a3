// The main of the GPU tests: 77 (ctest's "skipped") where CUDA finds no device.
#define CATCH_CONFIG_RUNNER
#include <c10/cuda/CUDAFunctions.h>

#include <catch2/catch.hpp>

#include <iostream>

int main(int argc, char** argv) {
  Catch::Session session;
  if (const int wrong = session.applyCommandLine(argc, argv); wrong != 0) return wrong;
  const Catch::Config& config = session.config();
  const bool lists_only = config.listTests() || config.listTestNamesOnly() || config.listTags();
  if (!lists_only && c10::cuda::device_count() == 0) {
    std::cout << "skipped: no CUDA device\n";
    return 77;
  }
  return session.run();
}
