#include <nlohmann/json.hpp>

#include "audit/comparison/comparison_of_claims.h"
#include "audit/output/interval_ends.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "audit/output/shown_interval.h"
#include "audit/output/text_width.h"
#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "audit/uncertainty/propagate.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("the JSON of an audit has the keys of the command contract") {
  const Json json = audit_json({audited("dsv3-total-2788k"), audited("news0-altman-100m")}, "abc");
  CHECK(json.at("schema_version") == 1);
  CHECK(json.at("registry_hash") == "abc");
  const Json& claim = json.at("claims").at(0);
  CHECK(claim.at("claim") == "dsv3-total-2788k");
  CHECK(claim.at("verdict") == "reproduced");
  CHECK(claim.at("claimed").at("quantity") == "money");
  CHECK(claim.at("claimed").at("value") == 5576000);
  CHECK(claim.at("claimed").at("unit") == "USD");
  CHECK(claim.at("recomputed").at("value") == 5576000);
  CHECK(claim.at("implied").at("mfu").at("exact_causal").get<double>() ==
        Approx(0.3906).margin(1e-4));
  CHECK(claim.at("implied").at("peak").at("device") == "h800-sxm");
  CHECK(claim.at("implied").at("peak").at("precision") == "BF16");
  CHECK(claim.at("implied").at("peak").at("tflops").get<double>() == Approx(989.4));
  CHECK(claim.at("implied").at("usd_per_gpu_hour") == 2.0);
  CHECK(claim.at("scope").size() == 11);
  for (const char* key : {"name", "rule", "result", "computed", "expected", "unit", "low", "high",
                          "provenance", "note"}) {
    INFO(key);
    CHECK(claim.at("checks").at(0).contains(key));
  }
}

TEST_CASE("what is absent is null, not zero") {
  const Json claim = verdict_json(audited("news0-altman-100m"));
  CHECK(claim.at("recomputed").is_null());
  CHECK(claim.at("implied").at("mfu").at("six_nd").is_null());
  CHECK(claim.at("implied").at("peak").is_null());
  CHECK(claim.at("implied").at("kw_per_gpu").is_null());
  CHECK(verdict_json(audited("news4-compliance")).at("verdict").is_null());
  CHECK(verdict_json(audited("news4-compliance")).at("claimed").is_null());
}

TEST_CASE("every interval says what it is, and is the same in text and JSON") {
  const Verdict verdict = audited("dsv3-total-2788k");
  const std::string text = verdict_text(verdict, Language::kEnglish, false);
  CHECK(text.find("implied price   2 USD/gpu_h (90 %: ") != std::string::npos);
  const Json recomputed = verdict_json(verdict).at("recomputed");
  const std::string ends =
      ends_text(recomputed.at("low").get<double>(), recomputed.at("high").get<double>());
  CHECK(text.find("(90 %: " + ends + ")") != std::string::npos);
  Evidence none;
  none.plan.draws = 0;
  const Verdict undrawn = judge(registry_claims().claim("dsv3-total-2788k"), registry_claims(),
                                registry(), none, Language::kEnglish);
  CHECK(verdict_text(undrawn, Language::kEnglish, false).find("(printed rounding: ") !=
        std::string::npos);
}

TEST_CASE("a narrow interval is printed with the digits of its width") {
  const std::string text = verdict_text(audited("ds-inference-545pct"), Language::kEnglish, true);
  CHECK(text.find("recomputed      545.474 % (90 %: 545.4") != std::string::npos);
  CHECK(text.find("(90 %: 545.5 - 545.5)") == std::string::npos);
  CHECK(text.find("(printed rounding: 87,071 - 87,073)") != std::string::npos);
}

TEST_CASE("no interval of the registry's claims has two ends alike") {
  const auto check_ends = [](const std::string& text, const std::string& opening,
                             const std::string& dash) {
    for (size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
      const size_t from = at + opening.size();
      const size_t middle = text.find(dash, from);
      const size_t to = text.find(')', middle);
      const std::string high = text.substr(middle + dash.size(), to - middle - dash.size());
      CHECK(text.substr(from, middle - from) != high.substr(0, high.find(' ')));
    }
  };
  for (const auto& [id, claim] : registry_claims().claims()) {
    INFO(id);
    const std::string text = verdict_text(audited(id), Language::kEnglish, true, true);
    check_ends(text, "(90 %: ", " - ");
    check_ends(text, "(printed rounding: ", " - ");
  }
}

TEST_CASE("a claim that is not of the registry says which file it is") {
  const Json own = verdict_json(audited_text({cost_claim("money = \"4e6 USD\"\n")}));
  CHECK(own.at("file").at("name") == "claim.toml");
  CHECK(own.at("file").at("replaces_registered_claim") == false);
  CHECK(verdict_json(audited("dsv3-mfu")).at("file").is_null());
  std::string copy = cost_claim("money = \"4e6 USD\"\n");
  copy.replace(copy.find("test-claim"), 10, "dsv3-mfu");
  const Verdict stands = audited_text({copy});
  CHECK(stands.file.replaces);
  CHECK(verdict_text(stands, Language::kEnglish, false).find("it stands for the registry's") !=
        std::string::npos);
}

TEST_CASE("hostile text in a claim is text: no escape sequences reach the terminal") {
  const std::string hostile = "<script>alert(1)</script> \\u001b[31mred \\u009b2J \\u0007 {0} %s";
  std::string text =
      claim_head("test-claim", "cost", "total.money") + "[total]\nmoney = \"4e6 USD\"\n";
  text.replace(text.find("en = \"t\""), 8, "en = \"" + hostile + "\"");
  text.replace(text.find("en = \"s\""), 8, "en = \"" + hostile + "\"");
  const Verdict verdict = audited_text({text});
  const std::string shown = verdict_text(verdict, Language::kEnglish, true);
  CHECK(shown.find('\x1b') == std::string::npos);
  CHECK(shown.find('\x07') == std::string::npos);
  CHECK(shown.find("\xc2\x9b") == std::string::npos);
  CHECK(shown.find("<script>alert(1)</script> \\x1b[31mred") != std::string::npos);
  CHECK(verdict.title.find('\x1b') != std::string::npos);  // data stays as it is; JSON escapes it
  CHECK(verdict_json(verdict).dump().find("\\u001b") != std::string::npos);
}

TEST_CASE("a list of verdicts is aligned in both languages") {
  for (const Language language : {Language::kEnglish, Language::kJapanese}) {
    const std::string list = verdict_list(
        {audited("dsv3-total-2788k", language), audited("r1-648-gpus-press", language)}, language,
        100);
    const size_t line = list.find('\n');
    CHECK(display_width(list.substr(0, line)) <= 100);
    CHECK(display_width(list.substr(0, list.find("dsv3-total"))) ==
          display_width(list.substr(line + 1, list.find("r1-648") - line - 1)));
  }
}

TEST_CASE("every wording exists in both languages with the same placeholders") {
  const auto count = [](std::string_view text, const std::string& part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
      ++found;
    return found;
  };
  size_t messages = 0;
  for (const auto table :
       {title_messages(), sentence_messages(), reckoning_messages(), limit_messages(),
        bound_messages(), account_messages(), verdict_messages(), bulk_messages(),
        rollout_messages(), run_messages()}) {
    for (const Message& message : table) {
      INFO(message.id);
      CHECK_FALSE(message.en.empty());
      CHECK((message.id == "sentence_gap" || !message.ja.empty()));  // no gap in Japanese
      for (int i = 0; i < 7; ++i) {
        const std::string place = "{" + std::to_string(i) + "}";
        CHECK((count(message.en, place) > 0) == (count(message.ja, place) > 0));
      }
      ++messages;
    }
  }
  CHECK(messages > 120);
}

TEST_CASE("verdicts in Japanese hold no English sentence") {
  const Verdict verdict = audited("news0-r1-294k", Language::kJapanese);
  CHECK(verdict.sentence.find("両立しない") != std::string::npos);
  for (const Check& check : verdict.checks) {
    INFO(check.rule << ": " << check.sentence);
    CHECK(check.sentence.find(" the ") == std::string::npos);
  }
}

TEST_CASE("numbers print so that they read back, and for people") {
  CHECK(exact_text(2664000) == "2664000");
  CHECK(exact_text(1.48e13) == "14800000000000");
  CHECK(exact_text(3.7e24) == "3.7e24");
  CHECK(exact_text(0.27) == "0.27");
  CHECK(exact_text((0.34 + 0.56) / 2) == "0.45");  // not 0.45000000000000007
  CHECK(rounded_text(0.390637512) == "0.3906375");
  CHECK(readable_text(2788000.0, "gpu_h") == "2,788,000 gpu_h");
  CHECK(readable_text(-1234.5) == "-1,234.5");
  CHECK(percent_text(0.39064) == "39.06 %");
  CHECK(printable("a\x1b[0m\tb\n") == "a\\x1b[0m b ");
  CHECK(printable("gpt\xe2\x80\xae"
                  "4") == "gpt\\u202e4");  // right-to-left override
  CHECK(printable("a\xe2\x81\xa6"
                  "b\xd8\x9c") == "a\\u2066b\\u061c");
  CHECK(printable("学習 – ≈ é") == "学習 – ≈ é");
  CHECK(printable("\xe2\x80") == "\xe2\x80");  // a stray byte is not a direction
}

TEST_CASE("intervals combine by their ends") {
  CHECK(product_bounds({1, 2}, {3, 4}) == Bounds<double>{3, 8});
  CHECK(quotient_bounds({4, 8}, {2, 4}) == Bounds<double>{1, 4});
  CHECK(difference_bounds({4, 8}, {1, 2}) == Bounds<double>{2, 7});
  CHECK(std::isinf(quotient_bounds({1, 2}, {0, 1}).high));
  CHECK(relative_gap({10, 11}, {11, 12}) == 0);
  CHECK(relative_gap({20, 21}, {9, 11}) == Approx(0.9));
  CHECK(relative_gap({5, 6}, {9, 11}) == Approx(-0.3));
}

TEST_CASE("wide characters take two columns") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("学習") == 4);
  CHECK(shortened("学習費用の合計", 9) == "学習費...");
  CHECK(padded("学", 4) == "学  ");
}

ClaimComparison compared(const std::string& a, const std::string& b) {
  return compare_claims(registry_claims().claim(a), registry_claims().claim(b), registry_claims(),
                        registry(), Language::kEnglish);
}

TEST_CASE("V3 and a company's capital are not compared") {
  const ClaimComparison comparison = compared("dsv3-total-2788k", "semianalysis-1.6b");
  CHECK_FALSE(comparison.comparable);
  CHECK(comparison.reasons.size() >= 3);
  CHECK(comparison_json(comparison, "h").at("ratio").is_null());
}

TEST_CASE("V3 and R1 share only their post-training stages") {
  const ClaimComparison comparison = compared("dsv3-total-2788k", "r1-294k-table");
  CHECK_FALSE(comparison.comparable);
  REQUIRE_FALSE(comparison.nearest.empty());
  CHECK(comparison.nearest.front().ratio.value() == Approx(5e3 / 142e3));
  CHECK(comparison.nearest.front().a.find("post-training") != std::string::npos);
}

TEST_CASE("dollars are not compared with hours, but hours with hours") {
  const ClaimComparison comparison = compared("dsv3-total-2788k", "llama31-405b");
  CHECK_FALSE(comparison.comparable);
  CHECK(comparison.reasons.front().find("units differ") != std::string::npos);
  REQUIRE_FALSE(comparison.nearest.empty());
  CHECK(comparison.nearest.front().formula == "2664000 / 30840000 ≈ 0.08638132 x");
}

TEST_CASE("a pair of numbers is listed once, whichever way it was found") {
  const ClaimComparison comparison = compared("dsv3-total-2788k", "llama31-405b");
  for (size_t i = 0; i < comparison.nearest.size(); ++i) {
    for (size_t j = i + 1; j < comparison.nearest.size(); ++j) {
      CHECK(comparison.nearest[i].formula != comparison.nearest[j].formula);
    }
  }
}

TEST_CASE("what is claimed keeps its relation and both ends of a range") {
  const Json bound = verdict_json(audited("news0-altman-100m")).at("claimed");
  CHECK(bound.at("relation") == "at-least");
  CHECK(bound.at("low") == 100e6);
  CHECK(bound.at("high").is_null());
  const Json range = verdict_json(audited("claude35-few-10m")).at("claimed");
  CHECK(range.at("relation") == "range");
  CHECK(range.at("low") == 20e6);
  CHECK(range.at("high") == 90e6);
  const Json value = verdict_json(audited("dsv3-total-2788k")).at("claimed");
  CHECK(value.at("relation") == "equals");
  const Verdict about =
      audited_text({cost_claim("money = { value = \"3e6 USD\", relation = \"about\" }\n")});
  CHECK(verdict_json(about).at("claimed").at("relation") == "about");
  CHECK(about.claimed_text == "~ 3e6 USD");
}

TEST_CASE("costs of the same scope compare, with what differs flagged") {
  const ClaimComparison comparison = compared("news4-v3-5.576m", "gpt4-epoch");
  CHECK(comparison.comparable);
  CHECK(comparison.headline->ratio.value() == Approx(5.576 / 78.56));
  CHECK_FALSE(comparison.headline->terms.flags.empty());
}

TEST_CASE("Japanese text names the scope in Japanese, JSON by its keys") {
  const Verdict verdict = audited("dsv3-total-2788k", Language::kJapanese);
  const std::string text = verdict_text(verdict, Language::kJapanese, false);
  CHECK(text.find("最終学習") != std::string::npos);
  CHECK(text.find("final-run") == std::string::npos);
  CHECK(verdict_json(verdict).at("scope").at("final-run") == "included");
}

TEST_CASE("utilisation of which only 6 N D is known stands in the JSON under its name") {
  const nlohmann::ordered_json implied = verdict_json(audited("dbrx-10m")).at("implied");
  CHECK(implied.at("mfu").at("six_nd").is_number());
  CHECK(implied.at("mfu").at("exact_causal").is_null());
  CHECK(implied.at("peak").at("device") == "h100-sxm");
}

TEST_CASE("a recomputed utilisation has its interval") {
  const nlohmann::ordered_json recomputed = verdict_json(audited("tinyllama")).at("recomputed");
  const double value = recomputed.at("value");
  CHECK(value == Approx(56.5).margin(0.3));
  CHECK(recomputed.at("low").get<double>() < value);
  CHECK(recomputed.at("high").get<double>() > value);
  CHECK(recomputed.at("level") == 0.9);
}

}  // namespace
}  // namespace assay::audit
