#include "audit/comparison/run_comparison.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "audit/comparison/seed_spread.h"
#include "tests/audit/comparison/made_run.h"

namespace assay::audit {
namespace {

std::vector<RunRecord> pair_of_settings() {
  std::vector<RunRecord> runs;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const double jitter = 1 + 0.01 * static_cast<double>(seed);
    runs.push_back(made_run({"dense", seed, jitter, 1}));
    runs.push_back(made_run({"moe", seed, 1.5 * jitter, 2}));
  }
  return runs;
}

TEST_CASE("a setting that learns faster is cheaper to one loss although its steps are dearer") {
  const RunComparison comparison = compare_runs(pair_of_settings());
  CHECK(comparison.loss == Approx(4 - 5 / 4.0));  // where the dense ones end
  REQUIRE(comparison.settings.size() == 2);
  CHECK(comparison.settings[0].name == "dense");
  CHECK(comparison.settings[0].seeds == std::vector<uint64_t>{1, 2, 3});
  REQUIRE(comparison.ratios.size() == 1);
  // Half the doublings: 10 * 2^2.5 steps of 1.5 s against 320 of 1 s.
  const double expected = 10 * std::pow(2, 2.5) * 1.5 / 320;
  CHECK(comparison.ratios[0].device_seconds.mean == Approx(expected).epsilon(1e-6));
  CHECK(comparison.ratios[0].device_seconds.interval->low < expected);
  CHECK(comparison.ratios[0].device_seconds.interval->high > expected);
  CHECK(comparison.others.size() == 3);
  const nlohmann::ordered_json json = run_comparison_json(comparison);
  CHECK(json.at("ratios").at(0).at("conclusion") == "cheaper");
  CHECK(json.at("settings").at(0).at("money").get<double>() ==
        Approx(comparison.settings[0].device_seconds.mean / 3600 * 0.10));
  const std::string text = run_comparison_text(comparison, Language::kEnglish);
  CHECK(text.find("moe is cheaper than dense") != std::string::npos);
}

TEST_CASE("settings of one name are told apart by their first run") {
  std::vector<RunRecord> runs = pair_of_settings();
  for (RunRecord& run : runs) run.manifests.front().model_id = "tiny";
  const RunComparison comparison = compare_runs(runs);
  CHECK(comparison.settings[0].name == "tiny (dense-1)");
  CHECK(comparison.settings[1].name == "tiny (moe-1)");
}

TEST_CASE("equal settings are not told apart, and one seed concludes nothing") {
  std::vector<RunRecord> runs;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const double jitter = 1 + 0.1 * static_cast<double>(seed);
    runs.push_back(made_run({"a", seed, jitter, 1}));
    runs.push_back(made_run({"b", seed, 1.01 * jitter, 1}));
  }
  CHECK(run_comparison_json(compare_runs(runs)).at("ratios").at(0).at("conclusion") ==
        "not_told_apart");
  const RunComparison single = compare_runs({made_run({"a", 1, 1, 1}), made_run({"b", 1, 1, 2})});
  CHECK_FALSE(single.ratios[0].device_seconds.interval);
  CHECK(run_comparison_json(single).at("ratios").at(0).at("conclusion") == "one_seed");
  CHECK(single.notes == std::vector<std::string>{"note_one_seed"});
}

TEST_CASE("runs without a common loss, of one setting, or twice the same are refused") {
  const RunRecord a = made_run({"a", 1, 1, 1});
  RunRecord high = made_run({"b", 1, 1, 1});
  for (RunEvent& event : high.events) *event.value += 2;
  CHECK(refusal({a, high}).find("no common loss") != std::string::npos);
  CHECK(refusal({a, made_run({"a", 2, 1, 1})}).find("of one setting, so") != std::string::npos);
  CHECK(refusal({a, made_run({"b", 1, 1, 1}), made_run({"a", 1, 1, 1})})
            .find("of one setting and seed") != std::string::npos);
}

TEST_CASE("the interval of seeds is Student's and Welch's on logarithms") {
  // Logarithms 0, 1, 2: mean 1, standard error 1 / sqrt(3), t(0.95, 2) = 2.91999.
  const SeedMean mean = seed_mean({1, std::exp(1), std::exp(2)});
  CHECK(std::log(mean.mean) == Approx(1));
  CHECK(std::log(mean.interval->high) == Approx(1 + 2.91999 / std::sqrt(3)).epsilon(1e-5));
  // Equal spreads: Welch's degrees are the sum, t(0.95, 4) = 2.13185.
  const SeedMean ratio =
      seed_ratio({std::exp(1), std::exp(2), std::exp(3)}, {1, std::exp(1), std::exp(2)});
  CHECK(std::log(ratio.mean) == Approx(1));
  CHECK(std::log(ratio.interval->low) == Approx(1 - 2.13185 * std::sqrt(2 / 3.0)).epsilon(1e-5));
  CHECK_FALSE(seed_mean({3}).interval);
  CHECK_FALSE(seed_ratio({3}, {1, 2}).interval);
}

}  // namespace
}  // namespace assay::audit
