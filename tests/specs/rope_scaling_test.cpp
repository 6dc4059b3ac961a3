#include "specs/rope_scaling.h"

#include <catch2/catch.hpp>

#include <string>

#include "config/config.h"
#include "error/error.h"

namespace assay {
namespace {

std::string stretch_fault(const std::string& toml) {
  try {
    static_cast<void>(parse_table<RopeScaling>(read_toml(toml, {.name = "run.toml"})));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

const std::string kYarn =
    "type = \"yarn\"\nfactor = 4\noriginal_max_seq_len = 64\nbeta_fast = 32\nbeta_slow = 1\n";
const std::string kLlama3 =
    "type = \"llama3\"\nfactor = 8\noriginal_max_seq_len = 64\nlow_freq_factor = 1\n"
    "high_freq_factor = 4\n";

TEST_CASE("a method has its figures and none of the other's") {
  CHECK(stretch_fault(kYarn) == "no error");
  CHECK(stretch_fault(kLlama3) == "no error");
  CHECK(stretch_fault("type = \"yarn\"\nfactor = 4\noriginal_max_seq_len = 64\n") ==
        "[config] run.toml:1:1: \"yarn\" without beta_fast");
  CHECK(stretch_fault("type = \"llama3\"\nfactor = 4\noriginal_max_seq_len = 64\n") ==
        "[config] run.toml:1:1: \"llama3\" without low_freq_factor");
  CHECK(stretch_fault(kYarn + "high_freq_factor = 4\n") ==
        "[config] run.toml:6:1: has no meaning for type \"yarn\"");
  CHECK(stretch_fault(kLlama3 + "mscale = 1\n") ==
        "[config] run.toml:6:1: has no meaning for type \"llama3\"");
}

TEST_CASE("the ends of a ramp are in their order") {
  CHECK(stretch_fault(kYarn + "mscale = 1\n") == "no error");
  std::string swapped = kYarn;
  swapped.replace(swapped.find("32"), 2, "0.5");
  CHECK(stretch_fault(swapped) == "[config] run.toml:4:1: below beta_slow: 0.5, 1");
  swapped = kLlama3;
  swapped.replace(swapped.find("factor = 1"), 10, "factor = 4");
  CHECK(stretch_fault(swapped) == "[config] run.toml:5:1: not above low_freq_factor: 4, 4");
}

}  // namespace
}  // namespace assay
