#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string claim_with(const std::string& rest) {
  return claim_head("x", "cost", "total.money") + rest;
}

void check_fault(const std::string& text, const std::string& place, const std::string& part) {
  const std::string fault = fault_of(text);
  INFO(fault.substr(0, 400));
  CHECK(fault.find("claim.toml:" + place) != std::string::npos);
  CHECK(fault.find(part) != std::string::npos);
  CHECK(fault.find('\n') == std::string::npos);
}

TEST_CASE("a claim's figures are found by their paths") {
  const Claim claim = read_claim(claim_with("[total]\nmoney = \"5.576e6 USD\"\n[figures]\n"
                                            "other = \"3 count\"\n"),
                                 "claim.toml");
  CHECK(claim.find("total.money")->measure.value == 5.576e6);
  CHECK(claim.find("figures.other")->source.key == "dsv3-tr");
  CHECK(claim.headline_figure() == claim.find("total.money"));
  CHECK(claim.scope[*scope_index("final-run")] == ScopeState::kIncluded);
  CHECK(claim.scope[*scope_index("staff")] == ScopeState::kNotStated);
}

TEST_CASE("a bare number is refused at its place") {
  check_fault(claim_with("[total]\nmoney = 5576000\n"), "19:9", "a figure is a text with a unit");
  check_fault(claim_with("[total]\nmoney = \"5576000\"\n"), "19:9", "a bare number has no unit");
}

TEST_CASE("a wrong or unknown unit is refused at its place") {
  check_fault(claim_with("[total]\nmoney = \"2 gpu_h\"\n"), "19:9", "money wants a unit like USD");
  check_fault(claim_with("[total]\nmoney = \"2 bananas\"\n"), "19:9", "bananas");
}

TEST_CASE("an unknown key names the nearest one") {
  check_fault(claim_with("[total]\nmoney = \"1e6 USD\"\nhour = \"2 gpu_h\"\n"), "20:1",
              "unknown key \"hour\"; nearest known: \"hours\"");
}

TEST_CASE("references that lead nowhere are refused") {
  const std::string money = "[total]\nmoney = \"1e6 USD\"\n";
  CHECK(fault_of(claim_head("x", "cost", "total.money", "model = \"deepseek-v9\"\n") + money)
            .find("unknown model \"deepseek-v9\"; nearest known: \"deepseek-v") !=
        std::string::npos);
  CHECK(fault_of(claim_head("x", "cost", "total.money", "device = \"h1000\"\n") + money)
            .find("unknown device") != std::string::npos);
  CHECK(fault_of(claim_head("x", "cost", "total.money", "first_hand = \"nowhere\"\n") + money)
            .find("claim.toml:7:14: unknown claim \"nowhere\"") != std::string::npos);
  CHECK_THAT(fault_of(claim_head("x", "cost", "total.money", "device = \"abacus\"\n") + money),
             Catch::EndsWith("unknown device \"abacus\""));
  check_fault(claim_with("[total]\nmoney = { value = \"1e6 USD\", source = \"nobody\" }\n"), "19:9",
              "unknown source \"nobody\"");
  check_fault(claim_with(money + "[[ratios]]\nname = \"r\"\nvalue = \"2 x\"\nform = \"ratio\"\n"
                                 "a = \"total.hours\"\nb = \"total.money\"\n"),
              "24:5", "has no figure \"total.hours\"");
}

TEST_CASE("a headline that is no figure of the claim is refused") {
  const std::string fault =
      fault_of(claim_head("x", "cost", "total.monye") + "[total]\nmoney = \"1e6 USD\"\n");
  CHECK(fault.find("claim.toml:3:12") != std::string::npos);
  CHECK(fault.find("nearest known: \"total.money\"") != std::string::npos);
}

TEST_CASE("zero and negative hours, devices and amounts are refused") {
  check_fault(claim_with("[total]\nmoney = \"1e6 USD\"\nhours = \"0 gpu_h\"\n"), "20:9",
              "must be more than zero");
  check_fault(claim_with("[total]\nmoney = \"-1e6 USD\"\n"), "19:9", "must be more than zero");
}

TEST_CASE("a range turned round and an absurd magnitude are refused") {
  check_fault(claim_with("[total]\nmoney = { value = \"9e7 USD\", to = \"2e7 USD\" }\n"), "19:35",
              "the range is turned round");
  check_fault(claim_with("[total]\nmoney = \"1e99 USD\"\n"), "19:9", "the magnitude is absurd");
}

TEST_CASE("a figure without source or mark is refused") {
  const std::string text =
      "id = \"x\"\nkind = \"cost\"\nheadline = \"total.money\"\n"
      "claimant = \"c\"\nsubject = \"s\"\n[title]\nen = \"t\"\nja = \"t\"\n"
      "[statement]\nen = \"s\"\nja = \"s\"\n[total]\n";
  CHECK(fault_of(text + "money = \"1e6 USD\"\n").find("the source of this figure is missing") !=
        std::string::npos);
  CHECK(fault_of(text + "money = { value = \"1e6 USD\", source = \"news0\" }\n")
            .find("mark is seen, recalled or derived") != std::string::npos);
}

TEST_CASE("kinds, dates, scopes and marks have fixed words") {
  CHECK(fault_of(claim_head("x", "rumour", "total.money")).find("unknown kind \"rumour\"") !=
        std::string::npos);
  CHECK(fault_of("date = \"2024-13\"\n" + claim_head("x", "cost", "total.money"))
            .find("claim.toml") != std::string::npos);
  CHECK(fault_of(claim_with("staff = \"maybe\"\n[total]\nmoney = \"1e6 USD\"\n"))
            .find("a scope is included, excluded or not-stated") != std::string::npos);
}

TEST_CASE("a day that no calendar has is refused where it stands") {
  const auto fault = [](const std::string& day) {
    std::string text = claim_with("[total]\nmoney = \"1e6 USD\"\n");
    return fault_of(text.replace(text.find("2024-12"), 7, day));
  };
  CHECK(fault("2025-02-30").find("claim.toml:5:8: a date of the calendar") != std::string::npos);
  CHECK(fault("2023-02-29").find("a date of the calendar") != std::string::npos);
  CHECK(fault("0000").find("claim.toml:5:8: a date of the calendar") != std::string::npos);
  CHECK(fault("1850").find("1950 or later: \"1850\"") != std::string::npos);
  CHECK(fault("1949-12-31").find("1950 or later") != std::string::npos);
  CHECK(fault("2024-02-29").empty());
}

TEST_CASE("prices and variants have days of the calendar too") {
  const auto fault = [](const std::string& section, const std::string& day) {
    return fault_of(claim_with("[total]\nmoney = \"1e6 USD\"\n" + section + day + "\"\n"));
  };
  const std::string price =
      "[[price_options]]\nside = \"a\"\nversion = \"v\"\nitem = \"input\"\nprice = \"1 "
      "USD/Mtoken\"\nvalid_from = \"";
  const std::string variant = "[[variants]]\nvalue = \"1.1e6 USD\"\ndate = \"";
  CHECK_THAT(fault(price, "2025-02-30"), Catch::Contains(":25:14: a date of the calendar"));
  CHECK(fault(price, "2025-02-28").empty());
  CHECK_THAT(fault(variant, "2025-13"), Catch::Contains("a date of the calendar"));
  CHECK(fault(variant, "2025-12").empty());
}

TEST_CASE("a repeated key and broken syntax are refused with their place") {
  check_fault(claim_with("[total]\nmoney = \"1e6 USD\"\nmoney = \"2e6 USD\"\n"), "20:", "money");
  check_fault(claim_with("[total\n"), "18:", "");
}

TEST_CASE("a megabyte of text ends in one short line") {
  const std::string huge(1 << 20, 'x');
  const std::string fault = fault_of(claim_with("[total]\nmoney = \"" + huge + "\"\n"));
  CHECK(fault.size() < 1000);
  CHECK(fault.find("19:9") != std::string::npos);
  CHECK(fault_of(claim_with("[total]\nmoney = \"1e6 USD\"\n" + huge + " = \"1\"\n")).size() < 1000);
}

TEST_CASE("control characters of a file do not reach an error message") {
  for (const std::string& text :
       {claim_with("[total]\nmoney = \"1e6 \\u001b[31mUSD\"\n"),
        claim_with("[total]\nmoney = \"1e6 USD\"\n\"\\u001b[2J\" = \"1\"\n"),
        claim_head("x", "cost", "total.\\u001b[2J"), claim_head("x", "\\u001b[2J", "total.money"),
        claim_head("x", "cost", "total.money", "model = \"\\u001b[2J\"\n") +
            "[total]\nmoney = \"1e6 USD\"\n"}) {
    const std::string fault = fault_of(text);
    INFO(fault);
    CHECK_FALSE(fault.empty());
    CHECK(fault.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a file of one's own needs no Japanese and may carry its source itself") {
  const std::string text =
      "id = \"own\"\nkind = \"cost\"\nheadline = \"total.money\"\nclaimant = \"we\"\n"
      "subject = \"ours\"\n[title]\nen = \"t\"\n[statement]\nen = \"s\"\n"
      "[source]\ntitle = \"Our ledger\"\nhand = \"first\"\nurl = \"https://example.org/\"\n"
      "retrieved = \"2026-01-02\"\nmark = \"seen\"\n"
      "[sources.quote]\ntitle = \"An offer\"\nhand = \"second\"\n"
      "[total]\nmoney = \"2.00e6 USD\"\nhours = \"1.00e6 gpu_h\"\n"
      "price = { value = \"2.00 USD/gpu_h\", source = \"quote\", mark = \"recalled\" }\n";
  ClaimSet set = registry_claims();
  set.add(read_claim(text, "own.toml"));
  const Verdict verdict = judge(set.claim("own"), set, registry(), Evidence{}, Language::kJapanese);
  CHECK(verdict.title == "t");
  CHECK(label_name(verdict) == "reproduced");
  CHECK(check_of(verdict, "hours_times_price").inputs.front().url == "https://example.org/");
  CHECK(fault_of(std::string(text).replace(text.find("\"first\""), 7, "\"third\""))
            .find("hand is \"first\"") != std::string::npos);
  CHECK(
      fault_of(std::string(text).replace(text.find("source = \"quote\""), 16, "source = \"other\""))
          .find("unknown source \"other\"") != std::string::npos);
}

TEST_CASE("an empty file is said to be empty and what a claim needs") {
  const std::string fault = fault_of("");
  CHECK(fault.find("claim.toml: the file is empty; a claim has at least id") != std::string::npos);
  CHECK(fault_of("# only a comment\n") == fault);
}

TEST_CASE("first-hand references that run in a circle are refused") {
  const std::string money = "[total]\nmoney = \"1e6 USD\"\n";
  ClaimSet set = registry_claims();
  set.add(read_claim(claim_head("a", "cost", "total.money", "first_hand = \"b\"\n") + money, "a"));
  set.add(read_claim(claim_head("b", "cost", "total.money", "first_hand = \"a\"\n") + money, "b"));
  CHECK_THROWS_AS(set.check(set.claim("a"), registry()), DataError);
  CHECK_THROWS_WITH(set.check(set.claim("b"), registry()),
                    Catch::Matchers::Contains("runs in a circle"));
}

TEST_CASE("magnitudes that nothing of their kind has, and texts of a megabyte, are refused") {
  const auto with = [](const std::string& figure) {
    return fault_of(cost_claim("money = \"1e6 USD\"\n" + figure + "\n"));
  };
  CHECK(with("devices = \"1e30 gpu\"").find("absurd") != std::string::npos);
  CHECK(with("hours = \"1e40 gpu_h\"").find("absurd") != std::string::npos);
  CHECK(with("tokens = \"1e16 token\"").empty());  // much, but said of something some day
  const std::string fault = fault_of(
      cost_claim("money = \"1e6 USD\"\n", "", "device = \"" + std::string(1000000, 'a') + "\"\n"));
  CHECK(fault.find("claim.toml:7:10") != std::string::npos);
  CHECK(fault.size() < 300);
}

TEST_CASE("an unknown device or model is reported where it stands") {
  const std::string head =
      fault_of(cost_claim("money = \"1e6 USD\"\n", "", "device = \"h1000\"\n"));
  CHECK(head.find("claim.toml:7:") != std::string::npos);
  CHECK(head.find("unknown device \"h1000\"") != std::string::npos);
  const std::string stage = fault_of(cost_claim("money = \"1e6 USD\"\n", "") +
                                     "[[stages]]\nname = \"a\"\nmodel = \"nobody\"\n");
  CHECK(stage.find(":1:1") == std::string::npos);
  CHECK(stage.find("unknown model \"nobody\"") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit
