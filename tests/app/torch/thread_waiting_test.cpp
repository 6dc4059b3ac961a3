#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

namespace {

/// What libgomp says of its settings when `assay train --help` starts in an environment without the
/// tests' own, changed by `settings` of env.
std::string openmp_settings(const std::string& settings) {
  const std::string command = "env -u OMP_WAIT_POLICY -u GOMP_SPINCOUNT OMP_DISPLAY_ENV=verbose " +
                              settings + " " ASSAY_PROGRAM " train --help 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  CHECK(pclose(pipe) == 0);
  return text;
}

}  // namespace

TEST_CASE("threads spin for a short while where the user has not said how they wait") {
  CHECK(openmp_settings("").find("GOMP_SPINCOUNT = '4000'") != std::string::npos);
}

TEST_CASE("a user's own choice of waiting stays") {
  CHECK(openmp_settings("GOMP_SPINCOUNT=77").find("GOMP_SPINCOUNT = '77'") != std::string::npos);
  const std::string passive = openmp_settings("OMP_WAIT_POLICY=passive");
  CHECK(passive.find("OMP_WAIT_POLICY = 'PASSIVE'") != std::string::npos);
  CHECK(passive.find("GOMP_SPINCOUNT = '4000'") == std::string::npos);
}
