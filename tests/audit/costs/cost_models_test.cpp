#include "audit/costs/cost_models.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

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

double energy_of(const std::string& id) { return *estimate_called(reckoned(id), "energy").value; }

TEST_CASE("a printed power that is the rated one is reckoned like the rated one") {
  // The card prints 700 W beside each part and none beside the total.
  const double parts =
      energy_of("llama31-8b") + energy_of("llama31-70b") + energy_of("llama31-405b");
  CHECK(parts == Approx(energy_of("llama31-total")).epsilon(0.01));
}

TEST_CASE("a power that was drawn holds load and node, a predicted energy too") {
  const Verdict gpt3 = reckoned("gpt3-flop-energy");  // 330 W with host, PUE 1.10
  const CostEstimate& energy = estimate_called(gpt3, "energy");
  CHECK(*energy.value == Approx(10000 * 14.8 * 24 * 0.33 * 1.1 / 1000).epsilon(1e-6));
  // 6 N D at an efficiency of 35 % (the band's middle) on 125 TFLOP/s, 330 W, PUE 1.10.
  const double hours = 6 * 174.6e9 * 300e9 / (125e12 * 0.35 * 3600);
  CHECK(*estimate_called(gpt3, "predicted").value ==
        Approx(hours * 0.33 * 1.1 / 1000).epsilon(0.01));
}

TEST_CASE("what a run's hardware is worth does not depend on who tells of the run later") {
  const auto amortised = [](const char* id) {
    return *estimate_called(reckoned(id), "amortised").value;
  };
  CHECK(amortised("news4-v3-5.576m") == amortised("dsv3-total-2788k"));
}

TEST_CASE("a claim's own devices and time come before another claim's hours") {
  // 512 devices for 80 hours, not the 147,000 hours of the first-hand table.
  CHECK(*estimate_called(reckoned("news0-r1-294k"), "energy").value ==
        Approx(40960 * 0.7 * 1.82 * 0.75 * 1.25 / 1000).epsilon(1e-6));
}

TEST_CASE("the age in the formula of amortised hardware is the one that was reckoned with") {
  const CostEstimate one = estimate_called(reckoned("dsv3-total-2788k"), "amortised");
  // hours * price * network * 10^(-0.14 * age) * 0.14 * ln(10) / 8766 + electricity
  double hours = 0;
  double price = 0;
  double network = 0;
  double age = 0;
  REQUIRE(std::sscanf(one.formula.c_str(), "%lf * %lf * %lf * 10^(-0.14 * %lf)", &hours, &price,
                      &network, &age) == 4);
  const double hardware =
      hours * price * network * std::pow(10, -0.14 * age) * 0.14 * std::log(10.0) / 8766;
  const std::string rest = one.formula.substr(one.formula.find(" + ") + 3);
  const double electricity = FormulaValue::of(rest.substr(0, rest.find(" ≈ ")));
  CHECK(hardware + electricity == Approx(*one.value).epsilon(1e-9));
}

TEST_CASE("formulas show decimals as they were written") {
  for (const CostEstimate& one : reckoned("dsv3-total-2788k").cost_models) {
    INFO(one.formula);
    CHECK_FALSE(std::regex_search(one.formula, std::regex("\\.[0-9]*00000000")));
  }
}

TEST_CASE("the cluster to buy is that of the largest stage where no total is printed") {
  CHECK(estimate_called(reckoned("r1-294k-table"), "acquisition").formula.starts_with("512 * "));
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
  CHECK_THROWS_AS(parse_cost_models("rent,rent"), ConfigError);
  CHECK_THROWS_WITH(parse_cost_models("all,rent"), Catch::Contains("\"all\" stands alone"));
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
  CHECK(
      fault("\"0.75 x\", low = \"0.6 x\", high = \"0.9 x\", shape = \"triangular\"", "\"0.75 kW\"")
          .find("load wants a value above zero") != std::string::npos);
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
