#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string dated(const std::string& date, const std::string& device, const std::string& source,
                  const std::string& wall = "30 day") {
  return "id = \"test-claim\"\nkind = \"gpu-hours\"\nheadline = \"total.hours\"\nclaimant = "
         "\"somebody\"\nsubject = \"test-model\"\ndate = \"" +
         date + "\"\ndevice = \"" + device +
         "\"\n[title]\nen = \"t\"\nja = \"t\"\n[statement]\nen = \"s\"\nja = \"s\"\n[source]\nkey "
         "= \"" +
         source +
         "\"\nmark = \"seen\"\n[total]\nhours = \"720e3 gpu_h\"\ndevices = \"1000 gpu\"\n" +
         "wall = \"" + wall + "\"\n";
}

TEST_CASE("a source cannot report what came after it") {
  CHECK(flagged(audited_text({dated("2025-06", "h800-sxm", "dsv3-gh")}), "source_before_claim"));
  CHECK_FALSE(
      flagged(audited_text({dated("2024-12", "h800-sxm", "dsv3-gh")}), "source_before_claim"));
}

TEST_CASE("a device cannot be used before its release") {
  CHECK(
      flagged(audited_text({dated("2021-06", "h100-sxm", "dsv3-gh")}), "device_not_yet_released"));
  CHECK_FALSE(
      flagged(audited_text({dated("2023-06", "h100-sxm", "dsv3-gh")}), "device_not_yet_released"));
  // A year alone does not say which end of it.
  CHECK_FALSE(
      flagged(audited_text({dated("2022", "h100-sxm", "dsv3-gh")}), "device_not_yet_released"));
}

TEST_CASE("a run cannot last longer than its device has existed") {
  const char* rule = "longer_than_the_device_existed";
  CHECK(flagged(audited_text({dated("2023-01", "h100-sxm", "dsv3-gh", "11.0 month")}), rule));
  CHECK_FALSE(flagged(audited_text({dated("2024-06", "h100-sxm", "dsv3-gh", "11.0 month")}), rule));
}

TEST_CASE("the cost of a model is not known a year before the model") {
  const auto verdict = [](const std::string& date) {
    std::string text =
        claim_head("test-claim", "cost", "total.money", "model = \"deepseek-v3\"\n") +
        "[total]\nmoney = \"5e6 USD\"\n";
    return audited_text({text.replace(text.find("2024-12"), 7, date)});
  };
  CHECK(flagged(verdict("2023-02"), "model_not_yet_released"));
  CHECK_FALSE(flagged(verdict("2024-08"), "model_not_yet_released"));
}

TEST_CASE("a source is read after it was published and after what it tells of") {
  const auto verdict = [](const std::string& date, const std::string& published) {
    return audited_text(
        {"id = \"own\"\nkind = \"cost\"\nheadline = \"total.money\"\nclaimant = "
         "\"we\"\nsubject = \"ours\"\ndate = \"" +
         date +
         "\"\n[title]\nen = \"t\"\n[statement]\nen = \"s\"\n[source]\ntitle = "
         "\"Our ledger\"\nhand = \"first\"\nretrieved = \"2025-08-01\"\n"
         "published = \"" +
         published + "\"\nmark = \"seen\"\n[total]\nmoney = \"2.00e6 USD\"\n"});
  };
  CHECK(flagged(verdict("2025-06", "2025-09-01"), "source_read_before_published"));
  CHECK_FALSE(flagged(verdict("2025-06", "2025-07-31"), "source_read_before_published"));
  CHECK(flagged(verdict("2031-01", "2025-07-01"), "claim_after_reading"));
  CHECK_FALSE(flagged(verdict("2025-08", "2025-07-01"), "claim_after_reading"));
}

TEST_CASE("a date long after the newest document of the registry is flagged") {
  const char* rule = "date_beyond_registry";
  CHECK(flagged(audited_text({dated("2031-01", "h800-sxm", "dsv3-gh")}), rule));
  CHECK(flagged(audited_text({dated("2031", "h800-sxm", "dsv3-gh")}), rule));
  CHECK_FALSE(flagged(audited_text({dated("2026-11", "h800-sxm", "dsv3-gh")}), rule));
}

TEST_CASE("with a day of the audit nothing lies after it") {
  const auto flags = [](const std::string& date, const std::string& published) {
    Evidence evidence;
    evidence.today = "2027-03-10";
    return flagged(
        audited_text({"id = \"own\"\nkind = \"cost\"\nheadline = \"total.money\"\nclaimant = "
                      "\"we\"\nsubject = \"ours\"\ndate = \"" +
                      date +
                      "\"\n[title]\nen = \"t\"\n[statement]\nen = \"s\"\n[source]\ntitle = "
                      "\"Our ledger\"\nhand = \"first\"\npublished = \"" +
                      published + "\"\nmark = \"recalled\"\n[total]\nmoney = \"2.00e6 USD\"\n"},
                     evidence),
        "date_in_the_future");
  };
  CHECK(flags("2027-03", "2027-04-01"));
  CHECK(flags("2027-04", "2027-03-01"));
  CHECK(flags("2099", "2027"));
  CHECK_FALSE(flags("2027-03", "2027-03-10"));
  CHECK_FALSE(flags("2027-03", "2027-03-11"));  // a time zone
  CHECK_FALSE(flags("2027", "2027"));
}

}  // namespace
}  // namespace assay::audit
