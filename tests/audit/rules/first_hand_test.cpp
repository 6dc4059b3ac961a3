#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string first_hand_pair(const std::string& subject, const std::string& body) {
  return claim_head("test-press", "cost", "total.money",
                    "subject = \"" + subject + "\"\nfirst_hand = \"test-own\"\n") +
         body;
}

std::string own_claim() {
  return claim_head("test-own", "cost", "total.money") +
         "[[stages]]\nname = \"s1\"\ndimension = \"final-run\"\nhours = \"100e3 gpu_h\"\nmoney = "
         "\"200e3 USD\"\n"
         "[[stages]]\nname = \"s2\"\ndimension = \"RL\"\nhours = \"50e3 gpu_h\"\nmoney = \"100e3 "
         "USD\"\n"
         "[total]\nmoney = \"300e3 USD\"\nhours = \"150e3 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n";
}

TEST_CASE("a press figure is held against the first-hand one of its subject") {
  const auto verdict = [](const std::string& subject, const std::string& total) {
    return audited_text({own_claim(), first_hand_pair(subject, "[total]\n" + total)});
  };
  CHECK(label_name(verdict("test-model", "money = \"300e3 USD\"\n")) == "reproduced");
  CHECK(label_name(verdict("other-model", "money = \"300e3 USD\"\n")) == "inconsistent");
  CHECK(label_name(verdict("other-model", "money = \"70e3 USD\"\n")) != "inconsistent");
  // One digit and "about" agree by chance.
  CHECK(label_name(verdict("other-model", "money = \"3e5 USD\"\n")) != "inconsistent");
  CHECK(label_name(
            verdict("other-model", "money = { value = \"310e3 USD\", relation = \"about\" }\n")) !=
        "inconsistent");
  CHECK(label_name(verdict("test-model", "money = \"900e3 USD\"\n")) == "inconsistent");
}

TEST_CASE("devices and time of one stage are noticed behind a total") {
  const auto verdict = [](const std::string& devices) {
    return audited_text(
        {own_claim(), first_hand_pair("test-model", "[total]\nmoney = \"300e3 USD\"\ndevices = \"" +
                                                        devices + " gpu\"\nwall = \"100.0 h\"\n")});
  };
  CHECK(flagged(verdict("500"), "stage_for_total"));
  CHECK_FALSE(flagged(verdict("700"), "stage_for_total"));
  CHECK(label_name(verdict("1500")) == "reproduced");
}

TEST_CASE("a month that differs from the first-hand one is a flag") {
  const std::string press = first_hand_pair("test-model", "[total]\nmoney = \"300e3 USD\"\n");
  CHECK_FALSE(flagged(audited_text({own_claim(), press}), "first_hand_date"));
  std::string later = press;
  later.replace(later.find("2024-12"), 7, "2025-03");
  CHECK(flagged(audited_text({own_claim(), later}), "first_hand_date"));
}

}  // namespace
}  // namespace assay::audit
