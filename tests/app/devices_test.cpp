#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace {

using nlohmann::json;

json json_of(const std::vector<std::string>& args) {
  const ProgramResult result = run_assay(args);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("devices list --json has one object a device with stable keys") {
  const json all = json_of({"devices", "list", "--json"});
  CHECK(all.at("schema_version") == 1);
  CHECK(all.at("devices").size() >= 40);
  for (const json& device : all.at("devices")) {
    INFO(device.dump());
    for (const char* key :
         {"id", "name", "vendor", "kind", "architecture", "released", "match_names", "peak_flops",
          "memory", "bandwidth", "interconnect", "tdp", "note"}) {
      CHECK(device.contains(key));
    }
  }
}

TEST_CASE("devices show gives a figure with its unit, text and source") {
  const json h100 = json_of({"devices", "show", "h100-sxm", "--json"});
  const json& bf16 = h100.at("peak_flops").at("bf16");
  CHECK(bf16.at("value") == 989.4e12);
  CHECK(bf16.at("unit") == "FLOP/s");
  CHECK(bf16.at("text") == "989.4 TFLOP/s");
  CHECK(bf16.at("source").at("mark") == "seen");
  CHECK(h100.at("tdp").at("value") == 700);
}

TEST_CASE("what a device lacks is absent or null") {
  const json v100 = json_of({"devices", "show", "v100-sxm2", "--json"});
  CHECK_FALSE(v100.at("peak_flops").contains("bf16"));
  CHECK(v100.at("memory").is_null());
}

TEST_CASE("devices list is a table with every id") {
  const ProgramResult result = run_assay({"devices", "list"});
  CHECK(result.exit_code == 0);
  for (const char* id : {"h800-sxm", "mi300x", "tpu-v4", "epyc-9654"}) {
    CHECK(result.out.find(std::string("\n") + id) != std::string::npos);
  }
}

TEST_CASE("devices show prints prices with dates") {
  const ProgramResult result = run_assay({"devices", "show", "h800-sxm"});
  CHECK(result.out.find("2.00 USD/gpu_h (assumed-by-claim, 2024-12-26 to ") != std::string::npos);
}

TEST_CASE("an unknown device is one line with the nearest and exit 3") {
  const ProgramResult result = run_assay({"devices", "show", "h1000-sxm"});
  CHECK(result.exit_code == 3);
  CHECK(result.err ==
        "assay: [registry] unknown device \"h1000-sxm\"; nearest known: \"h100-sxm\"\n");
}
