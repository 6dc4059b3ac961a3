#include "audit/costs/cost_models.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "tests/audit/audited.h"
#include "tests/audit/formula_value.h"
#include "tests/formats/temporary_folder.h"

namespace assay::audit {
namespace {

Verdict reckoned(const std::string& id, const std::string& models = "all") {
  Evidence evidence;
  evidence.cost_models = parse_cost_models(models);
  return judge(registry_claims().claim(id), registry_claims(), registry(), evidence,
               Language::kEnglish);
}

const CostEstimate& estimate_called(const Verdict& verdict, const std::string& method) {
  const auto found = std::find_if(verdict.cost_models.begin(), verdict.cost_models.end(),
                                  [&](const CostEstimate& one) { return one.method == method; });
  INFO(method);
  REQUIRE(found != verdict.cost_models.end());
  return *found;
}

TEST_CASE("GPT-4's run by Epoch's methods holds Epoch's own figures in its intervals") {
  const Verdict verdict = reckoned("gpt4-epoch");
  const CostEstimate& acquisition = estimate_called(verdict, "acquisition");
  CHECK(*acquisition.value == Approx(778e6).epsilon(0.02));
  const CostEstimate& amortised = estimate_called(verdict, "amortised");
  CHECK(amortised.interval->low < 40.70e6);
  CHECK(amortised.interval->high > 40.70e6);
  const CostEstimate& cloud = estimate_called(verdict, "cloud");
  CHECK(cloud.interval->low < 78.56e6);
  CHECK(cloud.interval->high > 78.56e6);
  CHECK(*acquisition.value / *amortised.value > 15);  // the method, not the run, dominates
}

TEST_CASE("the four published costs of GPT-4's run stand in one table, each with its scope") {
  const Verdict verdict = audited("gpt4-epoch");
  const auto table = std::find_if(
      verdict.tables.begin(), verdict.tables.end(),
      [](const VerdictTable& one) { return one.title.find("gpt-4") != std::string::npos; });
  REQUIRE(table != verdict.tables.end());
  CHECK(table->title.find("largest over smallest: 19.1") != std::string::npos);
  const auto scope_of = [&](const std::string& what) {
    for (const auto& row : table->rows) {
      if (row[1] == what) return row[3];
    }
    return std::string("no row");
  };
  CHECK(scope_of("amortised hardware and energy") == "final-run, capex, energy");
  CHECK(scope_of("hardware acquisition") == "capex");
  CHECK(scope_of("cost") == "final-run");
  CHECK(scope_of("SemiAnalysis, 1 USD an hour") == "final-run");
}

TEST_CASE("V3's rent is its claim, its ownership is cheaper, its power a twentieth") {
  const Verdict verdict = reckoned("dsv3-total-2788k");
  CHECK(*estimate_called(verdict, "rent").value == 5576000);
  const double tco = *estimate_called(verdict, "tco").value;
  CHECK(tco > 2e6);
  CHECK(tco < 5.576e6);
  // 2.788e6 h x 0.7 kW x 1.82 x 0.75 x 1.25: times 0.0826 it is 0.275 million dollars.
  CHECK(*estimate_called(verdict, "energy").value == Approx(3329.8).epsilon(1e-3));
  CHECK(estimate_called(verdict, "carbon").missing == "the claim states no carbon intensity");
  CHECK_FALSE(estimate_called(verdict, "carbon").value);
}

TEST_CASE("energy and carbon follow what a claim states") {
  const Verdict gpt3 = reckoned("gpt3-flop-energy");
  CHECK(*estimate_called(gpt3, "carbon").value == Approx(552.1).epsilon(0.01));
  const Verdict bloom = reckoned("bloom-176b");
  CHECK(*estimate_called(bloom, "carbon").value == Approx(24.7).epsilon(0.01));
}

TEST_CASE("formulas of the methods can be redone by hand") {
  for (const char* id : {"dsv3-total-2788k", "gpt4-epoch", "llama31-405b", "bloom-176b"}) {
    for (const CostEstimate& one : reckoned(id).cost_models) {
      if (!one.value || one.method == "amortised") continue;  // it holds a power and a logarithm
      INFO(id << " " << one.formula);
      const size_t sign = one.formula.find(" ≈ ");
      REQUIRE(sign != std::string::npos);
      CHECK(FormulaValue::of(one.formula.substr(0, sign)) == Approx(*one.value).epsilon(1e-4));
    }
  }
}

TEST_CASE("methods are chosen by name and shown with what they lack") {
  const Verdict verdict = reckoned("news4-v3-5.576m", "rent,acquisition");
  CHECK(verdict.cost_models.size() == 2);
  CHECK_THROWS_AS(parse_cost_models("rent,magic"), ConfigError);
  CHECK_THROWS_AS(parse_cost_models(""), ConfigError);
  const Verdict none = reckoned("news0-altman-100m", "rent");
  CHECK(estimate_called(none, "rent").missing == "GPU-hours are not known");
  const std::string text = verdict_text(none, Language::kEnglish, false);
  CHECK(text.find("not available") != std::string::npos);
  CHECK(verdict_json(none).at("cost_models").at(0).at("value").is_null());
}

TEST_CASE("cost methods are read strictly") {
  const TemporaryFolder folder;
  const std::filesystem::path root = folder / "registry";
  std::filesystem::copy(registry().root(), root, std::filesystem::copy_options::recursive);
  const auto fault = [&](const std::string& from, const std::string& to) {
    std::ifstream in(registry().root() / "cost_methods.toml");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    std::ofstream(root / "cost_methods.toml") << text;
    try {
      (void)CostMethods::load(Registry::load(root));
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(fault("\"0.75 x\"", "\"0.75 kW\"").find("load wants a value above zero") !=
        std::string::npos);
  CHECK(fault("device = \"b200-sxm\"", "device = \"b2000\"").find("unknown device \"b2000\"") !=
        std::string::npos);
  CHECK(fault("device = \"b200-sxm\"", "device = \"h100-sxm\"").find("stands twice") !=
        std::string::npos);
  CHECK(fault("source = \"holistic-2025\"", "source = \"nobody\"")
            .find("unknown source \"nobody\"") != std::string::npos);
  CHECK(fault("[cloud]", "[clouds]").find("\"cloud\" is missing") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit
