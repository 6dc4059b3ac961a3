#include "generate_program.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "trained_run.h"

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<std::string> generate_args(std::vector<std::string> more) {
  std::vector<std::string> args{"generate", trained_run().model(), "--device",
                                "cpu",      "--threads",           "1"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

ProgramResult generate(std::vector<std::string> more) {
  return run_assay(generate_args(std::move(more)));
}

json generated(std::vector<std::string> more) {
  more.emplace_back("--json");
  const ProgramResult done = generate(std::move(more));
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  return json::parse(done.out);
}

void check_refused(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

fs::path written(const std::string& name, const std::string& bytes) {
  const fs::path path = trained_run().file(name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

json read_json(const fs::path& path) {
  std::ifstream stream(path);
  return json::parse(stream);
}
