#include <nlohmann/json.hpp>

#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

const UncertainNumber& number_called(const Verdict& verdict, const std::string& id) {
  const auto found = std::find_if(verdict.uncertain.begin(), verdict.uncertain.end(),
                                  [&](const UncertainNumber& number) { return number.id == id; });
  INFO(id);
  REQUIRE(found != verdict.uncertain.end());
  return *found;
}

const NeededInput& needed_called(const UncertainNumber& number, const std::string& name) {
  const auto found = std::find_if(number.needed.begin(), number.needed.end(),
                                  [&](const NeededInput& one) { return one.name == name; });
  INFO(name);
  REQUIRE(found != number.needed.end());
  return *found;
}

TEST_CASE("V3's recomputed cost has a 90 percent interval that its price moves most") {
  const Verdict verdict = audited("dsv3-total-2788k");
  const UncertainNumber& number = number_called(verdict, "recomputed");
  REQUIRE(number.interval);
  // 2.0 +- 0.1 dollars, a triangle: 5 % below 2 - 0.1 (1 - sqrt(0.1)) = 1.9316.
  CHECK(number.interval->low == Approx(1.9316 * 2.788e6).epsilon(0.002));
  CHECK(number.interval->high == Approx(2.0684 * 2.788e6).epsilon(0.002));
  CHECK(number.effects.front().name == "price per GPU-hour");
  const nlohmann::ordered_json recomputed = verdict_json(verdict).at("recomputed");
  CHECK(recomputed.at("level") == 0.9);
  CHECK(recomputed.at("low") == number.interval->low);
  CHECK(recomputed.at("rounding_low") == Approx(1.9 * 2.787e6));
}

TEST_CASE("what would have to be true for R1's 80 hours: a price of 7.18 dollars or 287 hours") {
  const Verdict verdict = audited("news0-r1-294k");
  const UncertainNumber& number = number_called(verdict, "recomputed");
  CHECK(needed_called(number, "price per GPU-hour").value == Approx(7.178).epsilon(1e-3));
  CHECK(needed_called(number, "wall time").value == Approx(287.1).epsilon(1e-3));
  CHECK(needed_called(number, "devices").value == Approx(1837.5).epsilon(1e-3));
}

TEST_CASE("a cost without hours is held against compute, usual utilisation and price") {
  const Verdict verdict = audited("kimi-k2-4.6m");
  const UncertainNumber& number = number_called(verdict, "from_compute");
  REQUIRE(number.interval);
  CHECK(number.interval->low < 4.6e6);
  CHECK(number.interval->high > 4.6e6);
  const NeededInput& mfu = needed_called(number, "usual MFU");
  CHECK(mfu.value == Approx(0.62).margin(0.02));
  REQUIRE(mfu.breaks);  // 80 % of the FP8 peak, against the 16-bit peak
  CHECK(*mfu.breaks == Approx(0.8 * 1979 / 989.4).epsilon(1e-6));
  CHECK(label_name(verdict) == "plausible");
}

TEST_CASE("the utilisation that a total needs leaves the hours of its other stages to them") {
  for (const char* id : {"dsv3-total-2788k", "news4-v3-5.576m"}) {
    const Verdict verdict = audited(id);
    const NeededInput& mfu = needed_called(number_called(verdict, "from_compute"), "usual MFU");
    CHECK(mfu.value == Approx(0.390637).epsilon(1e-5));  // as implied by 2.664 million hours
  }
}

TEST_CASE("the reader's own MFU and price replace the usual ones") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("mfu=0.4"));
  evidence.assumptions.insert(parse_assumption("price=2"));
  const Verdict verdict = judge(registry_claims().claim("kimi-k2-4.6m"), registry_claims(),
                                registry(), evidence, Language::kEnglish);
  const UncertainNumber& number = number_called(verdict, "from_compute");
  const auto active = static_cast<double>(registry().model("kimi-k2").spec->parameters.active_a);
  CHECK(number.value == Approx(6 * active * 15.5e12 / (0.4 * 3600 * 989.4e12) * 2));
  CHECK(number.interval->high / number.interval->low < 1.1);  // only rounding is left
}

TEST_CASE("hours without tokens say how many tokens they allow at the reader's MFU") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("mfu=0.4"));
  const Verdict verdict = judge(registry_claims().claim("gpt-oss-2.1mh"), registry_claims(),
                                registry(), evidence, Language::kEnglish);
  const auto active =
      static_cast<double>(registry().model("gpt-oss-120b").spec->parameters.active_a);
  CHECK(number_called(verdict, "tokens_from_hours").value ==
        Approx(2.1e6 * 3600 * 989.4e12 * 0.4 / (6 * active)));
  CHECK(verdict.unused_assumptions.empty());
  CHECK(label_name(verdict) == "unverifiable");
}

TEST_CASE("a stated interval and shape are drawn from, and a bound has no interval") {
  const auto verdict = [](const std::string& hours) {
    return audited_text(
        {claim_head("test-claim", "cost", "total.money") +
         "[total]\nmoney = \"2.0e6 USD\"\nprice = \"2.000000 USD/gpu_h\"\nhours = " + hours +
         "\n"});
  };
  const Verdict stated = verdict(
      "{ value = \"1.0e6 gpu_h\", low = \"0.5e6 gpu_h\", high = \"2.0e6 gpu_h\", shape = "
      "\"lognormal\" }");
  const UncertainNumber& number = number_called(stated, "recomputed");
  CHECK(number.interval->low == Approx(1.0e6).epsilon(0.05));
  CHECK(number.interval->high == Approx(4.0e6).epsilon(0.05));
  CHECK(number.effects.front().shape == Shape::kLogNormal);
  const Verdict bound = verdict("{ value = \"1.0e6 gpu_h\", relation = \"at-least\" }");
  CHECK_FALSE(number_called(bound, "recomputed").interval);
}

TEST_CASE("intervals that are turned round, leave out the value or have no shape are refused") {
  const auto fault = [](const std::string& rest) {
    return fault_of(cost_claim("money = { value = \"2e6 USD\", " + rest + " }\n"));
  };
  CHECK(fault("low = \"3e6 USD\", high = \"1e6 USD\", shape = \"normal\"").find("turned round") !=
        std::string::npos);
  CHECK(fault("low = \"3e6 USD\", high = \"4e6 USD\", shape = \"normal\"").find("lies outside") !=
        std::string::npos);
  CHECK(fault("low = \"1e6 USD\", high = \"4e6 USD\"").find("\"shape\" is missing") !=
        std::string::npos);
  CHECK(fault("low = \"1e6 USD\", high = \"4e6 USD\", shape = \"beta\"").find("shape is uniform") !=
        std::string::npos);
  CHECK(fault("low = \"1e6 EUR\", high = \"4e6 EUR\", shape = \"normal\"").find("in the unit") !=
        std::string::npos);
  CHECK(fault("low = \"0 USD\", high = \"4e6 USD\", shape = \"lognormal\"").find("above zero") !=
        std::string::npos);
}

TEST_CASE("no draws: the interval is that of printed rounding and says so") {
  Evidence evidence;
  evidence.plan.draws = 0;
  const Verdict verdict = judge(registry_claims().claim("dsv3-total-2788k"), registry_claims(),
                                registry(), evidence, Language::kEnglish);
  CHECK(verdict.uncertain.empty());
  CHECK(verdict_json(verdict).at("recomputed").at("level") == "printed-rounding");
}

TEST_CASE("the text shows intervals, what moves them and what would have to be true") {
  const Verdict verdict = audited("news0-r1-294k");
  const std::string text = verdict_text(verdict, Language::kEnglish, false, true);
  CHECK(text.find("81,920 USD (90 %: ") != std::string::npos);
  CHECK(text.find("What moves it: the claimed figure, recomputed") != std::string::npos);
  CHECK(text.find("What would have to be true") != std::string::npos);
  CHECK(verdict_text(verdict, Language::kEnglish, false).find("What moves it") ==
        std::string::npos);
}

}  // namespace
}  // namespace assay::audit
