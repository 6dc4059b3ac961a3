// The two programs of a build with LibTorch.
#include <stdio.h>
#include <catch2/catch.hpp>

#include <array>
#include <string>

#include "program.h"

namespace {

/// The shared libraries that the dynamic linker would load for a program.
std::string libraries_of(const std::string& program) {
  const std::string command = "LD_TRACE_LOADED_OBJECTS=1 '" + program + "' 2>&1";
  FILE* stream = popen(command.c_str(), "r");
  REQUIRE(stream != nullptr);
  std::string text;
  std::array<char, 4096> part{};
  for (size_t size = 0; (size = fread(part.data(), 1, part.size(), stream)) > 0;) {
    text.append(part.data(), size);
  }
  pclose(stream);
  return text;
}

}  // namespace

TEST_CASE("commands that need no LibTorch do not load it") {
  const std::string program = ASSAY_PROGRAM;
  CHECK_THAT(libraries_of(program), Catch::Contains("libc.so") && !Catch::Contains("libtorch"));
  CHECK_THAT(libraries_of(program + "-torch"), Catch::Contains("libtorch_cpu"));
}

TEST_CASE("help and unknown commands are those of the full program") {
  const ProgramResult help = run_assay({"--help"});
  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, Catch::Contains("  train ") && Catch::Contains("  models "));
  const ProgramResult unknown = run_assay({"trian"});
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.err, Catch::StartsWith("assay: [assay] unknown command: trian"));
}
