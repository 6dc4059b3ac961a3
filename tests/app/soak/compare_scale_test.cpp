// Comparisons of long runs: seconds, and memory that does not grow with the steps.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "soak/long_run.h"

namespace {

struct Compared {
  ProgramCost cost;
  nlohmann::json json;
};

// Two runs of so many steps, of which the second one's loss falls 1.2 times as fast.
Compared compare_two(int64_t num_steps) {
  const LongRun dense(num_steps);
  const LongRun mixture(num_steps);
  dense.make_comparable("dense", 0.5, 100);
  mixture.make_comparable("mixture", 0.6, 100);
  const std::string out = (dense.folder() / "comparison.json").string();
  Compared compared;
  compared.cost =
      cost_of({"compare", dense.folder().string(), mixture.folder().string(), "--json"}, out);
  std::ifstream file(out);
  compared.json = nlohmann::json::parse(file, nullptr, false);
  return compared;
}

TEST_CASE("two runs of a million steps are compared within seconds and 100 MB") {
  const Compared tenth = compare_two(100'000);
  const Compared compared = compare_two(1'000'000);
  print("two of 100,000 steps", tenth.cost);
  print("two of 1,000,000 steps", compared.cost);
  REQUIRE(compared.cost.exit_code == 0);
  CHECK(compared.cost.cpu_s < 20);
  CHECK(compared.cost.peak_mb < 100);
  CHECK(compared.cost.peak_mb < 1.2 * tenth.cost.peak_mb);
  // The dense run ends at 3; the mixture comes there after a hundred thousand steps of 10 ms.
  const nlohmann::json& settings = compared.json.at("settings");
  CHECK(settings.at(0).at("device_s").at("value").get<double>() == Approx(10'000));
  CHECK(settings.at(1).at("device_s").at("value").get<double>() == Approx(1000).epsilon(1e-3));
  CHECK(settings.at(1).at("tokens").at("value").get<double>() == Approx(4.096e8).epsilon(1e-3));
}

}  // namespace
