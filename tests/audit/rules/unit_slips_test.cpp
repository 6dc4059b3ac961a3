#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string hours_claim(const std::string& hours, const std::string& more,
                        const std::string& head = "device = \"h100-sxm\"\n") {
  return claim_head("test-claim", "gpu-hours", "total.hours", head) + "[total]\nhours = \"" +
         hours + "\"\n" + more;
}

TEST_CASE("a whole factor between two figures is named") {
  const std::string run = "devices = \"64 gpu\"\nwall = \"100.0 h\"\n";
  CHECK(check_of(audited_text({hours_claim("51200 gpu_h", run)}), "unit_slip").sentence.find('8') !=
        std::string::npos);  // 64 nodes of eight
  CHECK(flagged(audited_text({hours_claim("6.40e6 gpu_h", run)}), "unit_slip"));  // thousands
  CHECK_FALSE(flagged(audited_text({hours_claim("47000 gpu_h", run)}), "unit_slip"));
  CHECK_FALSE(flagged(audited_text({hours_claim("6400 gpu_h", run)}), "unit_slip"));
}

TEST_CASE("a coarse figure meets every factor and is not explained by one") {
  CHECK_FALSE(flagged(audited_text({hours_claim("5e4 gpu_h",
                                                "devices = \"64 gpu\"\nwall = \"100.0 "
                                                "h\"\n")}),
                      "unit_slip"));
}

TEST_CASE("a large factor is named between coarse figures too, a small one is not") {
  const std::string run = "devices = \"512 gpu\"\nwall = \"20 day\"\n";
  CHECK(flagged(audited_text({hours_claim("10240 gpu_h", run)}), "unit_slip"));  // device-days
  CHECK_FALSE(flagged(audited_text({hours_claim("11800 gpu_h", run)}), "unit_slip"));
  CHECK_FALSE(flagged(audited_text({hours_claim("490e3 gpu_h", run)}), "unit_slip"));
}

TEST_CASE("a board's price as a chip's is recognised where it is printed") {
  const auto verdict = [](const std::string& price) {
    std::string text = claim_head("test-claim", "cost", "total.money", "device = \"tpu-v3\"\n") +
                       "[total]\nmoney = \"43e3 USD\"\ndevices = \"32 gpu\"\nwall = \"168 h\"\n" +
                       "price = \"" + price + "\"\n";
    return audited_text({text.replace(text.find("2024-12"), 7, "2019-02")});
  };
  CHECK(flagged(verdict("8 USD/gpu_h"), "price_of_several_devices"));
  CHECK_FALSE(flagged(verdict("2.1 USD/gpu_h"), "price_of_several_devices"));
}

TEST_CASE(
    "hours per trillion tokens stored as a total are recognised without a first-hand source") {
  const auto verdict = [](const std::string& hours) {
    return audited_text({hours_claim(hours, "tokens = \"8.1e12 token\"\nseq_len = \"4096 token\"\n",
                                     "model = \"deepseek-v2\"\ndevice = \"h800-sxm\"\n")});
  };
  CHECK(flagged(verdict("172.8e3 gpu_h"), "rate_as_total"));
  CHECK_FALSE(flagged(verdict("1.40e6 gpu_h"), "rate_as_total"));
}

}  // namespace
}  // namespace assay::audit
