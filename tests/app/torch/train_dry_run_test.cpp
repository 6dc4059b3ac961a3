#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;

TEST_CASE("a dry run trains nothing and says what a run would need") {
  const SmallRun run;
  const ProgramResult result =
      run_assay(run.train("a", {"--dry-run", "--set", "price.device_hour=2 USD/gpu_h"}));
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("[model]") && Catch::Contains("parameters"));
  CHECK_FALSE(fs::exists(run.folder() / "a"));
  const ProgramResult shown = run_assay(run.train("a", {"--dry-run", "--json"}));
  const nlohmann::json plan = nlohmann::json::parse(shown.out);
  CHECK(plan.at("predicted_memory").at("peak_bytes") > 0);
  CHECK(plan.at("free_memory_bytes") > plan.at("predicted_memory").at("peak_bytes"));
  CHECK_THAT(result.out, Catch::Contains("predicted peak") && Catch::Contains("free  "));
}

TEST_CASE("a dry run refuses what the run would refuse") {
  const SmallRun run;
  const auto check = [&](const std::string& setting, int exit_code, const std::string& says) {
    for (const bool is_dry : {true, false}) {
      std::vector<std::string> arguments{"--set", setting};
      if (is_dry) arguments.emplace_back("--dry-run");
      const ProgramResult result = run_assay(run.train("a", arguments));
      INFO(setting << (is_dry ? ", dry" : "") << "\n" << result.err);
      CHECK(result.exit_code == exit_code);
      CHECK_THAT(result.err, Catch::Contains(says));
      CHECK(result.out.empty());
    }
  };
  check("train.attention=cudnn", 4, "a kernel that LibTorch has for CUDA devices only");
  check("model.vocab_size=100", 2, "smaller than the tokenizer's");
  check("data.tokenizer=/nowhere.json", 3, "/nowhere.json");
}

}  // namespace
