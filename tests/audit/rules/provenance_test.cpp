#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("shares of a whole contain a headline or exclude it") {
  const auto verdict = [](const std::string& share) {
    return audited_text({claim_head("test-claim", "relative", "figures.most") +
                         "[figures]\nmost = { value = \"50.0 %\", relation = \"at-least\" }\n"
                         "[[shares]]\nname = \"hardware\"\nshare = { value = \"" +
                         share +
                         " %\", to = \"45 %\" }\n[[shares]]\nname = \"energy\"\n"
                         "share = { value = \"2 %\", to = \"6 %\" }\n"});
  };
  CHECK(label_name(verdict("30")) == "plausible");
  Verdict low = audited_text({claim_head("test-claim", "relative", "figures.most") +
                              "[figures]\nmost = { value = \"90.0 %\", relation = \"at-least\" }\n"
                              "[[shares]]\nname = \"hardware\"\nshare = \"30 %\"\n"});
  CHECK(flagged(low, "shares_of_the_whole"));
}

TEST_CASE("another printed version of an input is compared with that input") {
  const auto verdict = [](const std::string& value) {
    return audited_text(
        {cost_claim("money = \"3.0e6 USD\"\ndevices = \"2000 gpu\"\nwall = \"1.0 month\"\n"
                    "[[variants]]\nof = \"total.wall\"\nvalue = \"" +
                    value + "\"\n")});
  };
  CHECK(flagged(verdict("1.5 month"), "variants_differ"));
  CHECK_FALSE(flagged(verdict("1.0 month"), "variants_differ"));
}

TEST_CASE("a version in another currency is compared at the rate of its time, or not at all") {
  const auto verdict = [](const std::string& value, const std::string& date) {
    std::string text =
        cost_claim("money = \"3.0e6 USD\"\n[[variants]]\nvalue = \"" + value + "\"\n");
    return audited_text({text.replace(text.find("2024-12"), 7, date)});
  };
  // 1.0763 USD/EUR in June 2024.
  const Verdict near = verdict("2.8e6 EUR", "2024-12");
  CHECK_FALSE(flagged(near, "variants_differ"));
  CHECK_THAT(check_of(near, "variants_differ").sentence, Catch::Contains("eur-usd-2024-06"));
  CHECK(flagged(verdict("5.6e6 EUR", "2024-12"), "variants_differ"));
  CHECK(result_of(verdict("5.6e6 EUR", "2012-12"), "variants_differ") ==
        CheckResult::kNotApplicable);
}

TEST_CASE("a version in another unit of the same thing is compared in one") {
  const auto flags = [](const std::string& value) {
    return flagged(audited_text({cost_claim("money = \"3.0e6 USD\"\nwall = \"2.0 month\"\n"
                                            "[[variants]]\nof = \"total.wall\"\nvalue = \"" +
                                            value + "\"\n")}),
                   "variants_differ");
  };
  CHECK_FALSE(flags("61 day"));
  CHECK(flags("20 day"));
}

TEST_CASE("a variant in another unit is a fault of the file") {
  CHECK(fault_of(cost_claim("money = \"3.0e6 USD\"\nwall = \"1.0 month\"\n[[variants]]\nof = "
                            "\"total.wall\"\nvalue = \"5 USD\"\n"))
            .find("claim.toml:") != std::string::npos);
}

TEST_CASE("a copy of a first-hand document carries its figures") {
  const auto result = [](const std::string& source) {
    const std::string first =
        "id = \"first\"\nkind = \"hardware\"\nheadline = \"total.devices\"\nclaimant = \"maker\"\n"
        "subject = \"test-model\"\ndate = \"2024-12\"\n[title]\nen = \"t\"\nja = \"t\"\n[statement]"
        "\nen = \"s\"\nja = \"s\"\n[source]\nkey = \"" +
        source + "\"\nmark = \"seen\"\n[total]\ndevices = \"512 gpu\"\n";
    return audited_text(
        {first, claim_head("test-claim", "hardware", "total.devices", "first_hand = \"first\"\n") +
                    "[total]\ndevices = { value = \"648 gpu\", source = \"news0\" }\n"});
  };
  CHECK(label_name(result("dsv3-tr-copies")) == "inconsistent");
  CHECK_FALSE(has_check(result("news1"), "first_hand_input"));
}

}  // namespace
}  // namespace assay::audit
