#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string table() {
  return "id = \"series\"\nkind = \"gpu-hours\"\nheadline = \"total.hours\"\nclaimant = "
         "\"maker\"\nsubject = \"series-1\"\ndate = \"2024-07\"\n[title]\nen = \"t\"\nja = \"t\"\n"
         "[statement]\nen = \"s\"\nja = \"s\"\n[source]\nkey = \"dsv3-tr\"\nmark = \"seen\"\n"
         "[total]\nhours = \"12.34e6 gpu_h\"\n[[stages]]\nname = \"a\"\nhours = \"2.34e6 gpu_h\"\n"
         "[[stages]]\nname = \"b\"\nhours = \"10.00e6 gpu_h\"\n";
}

std::string later(const std::string& claimant, const std::string& hours) {
  return "id = \"later\"\nkind = \"gpu-hours\"\nheadline = \"total.hours\"\nclaimant = \"" +
         claimant +
         "\"\nsubject = \"model-2\"\ndate = \"2024-12\"\n[title]\nen = \"t\"\nja = \"t\"\n"
         "[statement]\nen = \"s\"\nja = \"s\"\n[source]\nkey = \"dsv3-tr\"\nmark = \"seen\"\n"
         "[total]\nhours = \"" +
         hours + "\"\n";
}

TEST_CASE("a total of another subject that is repeated is named") {
  CHECK(flagged(audited_text({table(), later("maker", "12.34e6 gpu_h")}), "restated_total"));
  CHECK_FALSE(flagged(audited_text({table(), later("maker", "12.35e6 gpu_h")}), "restated_total"));
  CHECK_FALSE(flagged(audited_text({table(), later("other", "12.34e6 gpu_h")}), "restated_total"));
}

TEST_CASE("two digits agree by chance") {
  std::string coarse = table();
  coarse.replace(coarse.find("12.34e6"), 7, "12e6");
  CHECK_FALSE(flagged(audited_text({coarse, later("maker", "12e6 gpu_h")}), "restated_total"));
}

}  // namespace
}  // namespace assay::audit
