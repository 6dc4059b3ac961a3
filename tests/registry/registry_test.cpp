#include "registry/registry.h"

#include <catch2/catch.hpp>

#include "registry_root.h"

namespace assay {

TEST_CASE("a figure has the file's source unless it names its own") {
  RegistryRoot root;
  root.write(
      "sources.toml",
      "[paper]\ntitle = \"P\"\nhand = \"first\"\n[sheet]\ntitle = \"S\"\nhand = \"second\"\n");
  root.write("devices/h100.toml",
             RegistryRoot::device("h100",
                                  "tdp = \"700 W\"\nmemory = { value = \"80 GB\", source = "
                                  "\"sheet\", locator = \"p. 2\", mark = \"recalled\" }\n") +
                 "locator = \"table 1\"\n[peak_flops]\nbf16 = \"989.4 TFLOP/s\"\n");
  const Registry registry = root.load();
  const Device& device = registry.device("h100");
  REQUIRE(device.tdp);
  CHECK(device.tdp->measure.value == 700);
  CHECK(device.tdp->source.key == "paper");
  CHECK(device.tdp->source.locator == "table 1");
  CHECK(device.tdp->source.mark == "seen");
  REQUIRE(device.memory);
  CHECK(device.memory->measure.value == 80e9);
  CHECK(device.memory->source.key == "sheet");
  CHECK(device.memory->source.locator == "p. 2");
  CHECK(device.memory->source.mark == "recalled");
  CHECK(device.peak_flops.at("bf16").measure.value == Approx(989.4e12));
  CHECK_FALSE(device.bandwidth);
}

TEST_CASE("a bare number or a wrong unit is an error with its place") {
  RegistryRoot root;
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tdp = 700\n"));
  CHECK(root.fault() ==
        "devices/h100.toml:6:7: wrong type: expected a number with a unit in quotes, "
        "like \"1.5 h\", found an integer");
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tdp = \"700\"\n"));
  CHECK(root.fault() == "devices/h100.toml:6:7: [units] a bare number has no unit: \"700\"");
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tdp = \"700 GB\"\n"));
  CHECK(root.fault() == "devices/h100.toml:6:7: wrong unit: \"700 GB\", must be in a unit like W");
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tdp = \"700 Wat\"\n"));
  CHECK(root.fault().find("devices/h100.toml:6:7: [units] the unit of \"700 Wat\"") == 0);
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tdp = \"-700 W\"\n"));
  CHECK(root.fault() == "devices/h100.toml:6:7: out of range: -700, must be above 0");
}

TEST_CASE("an unknown key, dtype or source is an error with its place and the nearest") {
  RegistryRoot root;
  root.write("devices/h100.toml", RegistryRoot::device("h100", "tpd = \"700 W\"\n"));
  CHECK(root.fault() == "devices/h100.toml:6:1: unknown key \"tpd\"; nearest known key: \"tdp\"");
  root.write("devices/h100.toml",
             RegistryRoot::device("h100", "peak_flops = { bf61 = \"1 TFLOP/s\" }\n"));
  CHECK(root.fault() ==
        "devices/h100.toml:6:23: unknown dtype \"bf61\"; nearest known: \"bf16\" (known: "
        "fp64, fp64_tensor, fp32, tf32, bf16, fp16, fp8, fp4)");
  root.write("devices/h100.toml",
             RegistryRoot::device(
                 "h100", "tdp = { value = \"7 W\", source = \"papr\", mark = \"seen\" }\n"));
  CHECK(root.fault() ==
        "devices/h100.toml:6:33: unknown source \"papr\"; nearest known: \"paper\"");
}

TEST_CASE("an id that is not the file's name is an error") {
  RegistryRoot root;
  root.write("devices/h200.toml", RegistryRoot::device("h100"));
  CHECK(root.fault() == "devices/h200.toml:1:6: the id \"h100\" is not the name of its file");
}

TEST_CASE("two prices of one device and kind may not overlap") {
  RegistryRoot root;
  root.write("prices/a.toml", RegistryRoot::price("a", "2024-01-01", "2024-12-31"));
  root.write("prices/b.toml", RegistryRoot::price("b", "2025-01-01", "2025-12-31"));
  CHECK(root.fault() == "no error");
  root.write("prices/b.toml", RegistryRoot::price("b", "2024-12-31", "2025-12-31"));
  CHECK(root.fault() ==
        "prices/b.toml:4:14: two market prices of h100 overlap: a (2024-01-01 to 2024-12-31) and b "
        "(2024-12-31 to 2025-12-31)");
}

TEST_CASE("prices are found by day and kind") {
  RegistryRoot root;
  root.write("prices/a.toml", RegistryRoot::price("a", "2024-01-01", "2024-12-31"));
  root.write("prices/b.toml",
             RegistryRoot::price("b", "2025-01-01", "2025-12-31",
                                 "low = \"1 USD/gpu_h\"\nhigh = \"3 USD/gpu_h\"\n"));
  const Registry registry = root.load();
  REQUIRE(registry.prices_on("h100", "2024-12-31").size() == 1);
  CHECK(registry.prices_on("h100", "2024-12-31")[0]->id == "a");
  CHECK(registry.prices_on("h100", "2025-01-01", "market")[0]->high.measure.value == 3);
  CHECK(registry.prices_on("h100", "2025-01-01", "list").empty());
  CHECK(registry.prices_on("h100", "2023-12-31").empty());
}

TEST_CASE("a price has a date of the calendar, an order and one currency") {
  RegistryRoot root;
  root.write("prices/a.toml", RegistryRoot::price("a", "2024-02-30", "2024-12-31"));
  CHECK(root.fault() == "prices/a.toml:4:14: a day reads YYYY-MM-DD: \"2024-02-30\"");
  root.write("prices/a.toml", RegistryRoot::price("a", "2024-12-31", "2024-01-01"));
  CHECK(root.fault().find("the last day is before the first") != std::string::npos);
  root.write("prices/a.toml",
             RegistryRoot::price("a", "2024-01-01", "2024-12-31",
                                 "low = \"3 USD/gpu_h\"\nhigh = \"1 USD/gpu_h\"\n"));
  CHECK(root.fault().find("the range is turned round") != std::string::npos);
  root.write("prices/a.toml",
             RegistryRoot::price("a", "2024-01-01", "2024-12-31",
                                 "low = \"3 USD/gpu_h\"\nhigh = \"4 EUR/gpu_h\"\n"));
  CHECK(root.fault().find("two currencies in one range") != std::string::npos);
  root.write("prices/a.toml",
             RegistryRoot::price("a", "2024-01-01", "2024-12-31", "low = \"3 USD/gpu_h\"\n"));
  CHECK(root.fault().find("or both `low` and `high`") != std::string::npos);
  root.write("prices/a.toml",
             RegistryRoot::price("a", "2024-01-01", "2024-12-31", "price = \"3 USD/kWh\"\n"));
  CHECK(root.fault().find("prices/a.toml:6:9: wrong unit") == 0);
}

TEST_CASE("a price of an unknown device names the nearest") {
  RegistryRoot root;
  std::string text = RegistryRoot::price("a", "2024-01-01", "2024-12-31");
  text.replace(text.find("h100"), 4, "h10");
  root.write("prices/a.toml", text);
  CHECK(root.fault() == "prices/a.toml:2:10: unknown device \"h10\"; nearest known: \"h100\"");
}

TEST_CASE("a driver's name matches exactly and belongs to one device") {
  RegistryRoot root;
  root.write("devices/h100.toml",
             RegistryRoot::device("h100", "match_names = [\"NVIDIA H100 80GB HBM3\"]\n"));
  const Registry registry = root.load();
  REQUIRE(registry.find_device_by_driver_name("NVIDIA H100 80GB HBM3") != nullptr);
  CHECK(registry.find_device_by_driver_name("NVIDIA H100 80GB HBM3")->id == "h100");
  CHECK(registry.find_device_by_driver_name("NVIDIA H100") == nullptr);
  CHECK(registry.find_device_by_driver_name("") == nullptr);
  root.write("devices/other.toml",
             RegistryRoot::device("other", "match_names = [\"NVIDIA H100 80GB HBM3\"]\n"));
  CHECK(root.fault().find("two devices match the driver name") != std::string::npos);
}

TEST_CASE("a model's shape may be another's") {
  RegistryRoot root;
  root.write("models/a.toml", "id = \"a\"\nname = \"A\"\n" + RegistryRoot::kSource +
                                  "[config]\nfamily = \"gpt2\"\nnum_layers = 1\nd_model = 8\n"
                                  "num_heads = 2\nd_ff = 32\nvocab_size = 10\nmax_seq_len = 4\n");
  root.write("models/b.toml",
             "id = \"b\"\nname = \"B\"\nconfig_of = \"a\"\n" + RegistryRoot::kSource);
  const Registry registry = root.load();
  REQUIRE(registry.model("b").spec);
  CHECK(registry.model("b").spec->id == "b");
  CHECK(registry.model("b").spec->parameters.total == registry.model("a").spec->parameters.total);
  CHECK(registry.model("b").config_toml == registry.model("a").config_toml);
  CHECK(registry.model("a").config_toml.find("bias = true") != std::string::npos);
  root.write("models/b.toml",
             "id = \"b\"\nname = \"B\"\nconfig_of = \"c\"\n" + RegistryRoot::kSource);
  CHECK(root.fault().find("models/b.toml:3:13: unknown model \"c\"") == 0);
  root.write("models/b.toml",
             "id = \"b\"\nname = \"B\"\nconfig_of = \"b\"\n" + RegistryRoot::kSource);
  CHECK(root.fault() == "models/b.toml:3:13: that model has no config: b");
}

TEST_CASE("a fault in a shape has its place in the file") {
  RegistryRoot root;
  root.write("models/a.toml", "id = \"a\"\nname = \"A\"\n" + RegistryRoot::kSource +
                                  "[config]\nfamily = \"gpt2\"\nnum_layers = 1\nd_model = 8\n"
                                  "num_heads = 3\nd_ff = 32\nvocab_size = 10\nmax_seq_len = 4\n");
  CHECK(root.fault() ==
        "models/a.toml:10:1: heads do not divide the width: d_model 8 / num_heads 3");
}

TEST_CASE("a model without shape or counts has just its name") {
  RegistryRoot root;
  root.write("models/o1.toml", "id = \"o1\"\nname = \"o1\"\n" + RegistryRoot::kSource);
  const Registry registry = root.load();
  CHECK_FALSE(registry.model("o1").spec);
  CHECK_FALSE(registry.model("o1").published_total);
}

TEST_CASE("bands, grids and rates are read in their units") {
  RegistryRoot root;
  root.write("bands/mfu.toml",
             "id = \"mfu\"\ntitle = \"usual\"\nlow = \"20 %\"\nhigh = \"0.6 x\"\n" +
                 RegistryRoot::kSource);
  root.write("grids/fr.toml",
             "id = \"fr\"\nname = \"France\"\nyear = \"2023\"\nintensity = \"56.0 "
             "gCO2e/kWh\"\n" +
                 RegistryRoot::kSource);
  root.write("fx/jpy.toml", "id = \"jpy\"\ndate = \"2025-02-04\"\nrate = \"156 JPY/USD\"\n" +
                                RegistryRoot::kSource);
  const Registry registry = root.load();
  CHECK(registry.band("mfu").low == Approx(0.2));
  CHECK(registry.band("mfu").high == Approx(0.6));
  CHECK(registry.grids().at("fr").intensity.measure.value == Approx(0.056));
  CHECK(registry.fx_rates().at("jpy").rate.measure.value == 156);
  root.write("bands/mfu.toml",
             "id = \"mfu\"\ntitle = \"usual\"\nlow = \"70 %\"\nhigh = \"0.6 x\"\n" +
                 RegistryRoot::kSource);
  CHECK(root.fault().find("bands/mfu.toml:4:8: the band is turned round") == 0);
  root.write("bands/mfu.toml",
             "id = \"mfu\"\ntitle = \"usual\"\nlow = \"20 %\"\nhigh = \"0.6 USD/kWh\"\n" +
                 RegistryRoot::kSource);
  CHECK(root.fault().find("bands/mfu.toml:4:8: both ends of a band are in one unit") == 0);
}

TEST_CASE("a band of tariffs carries its currency") {
  RegistryRoot root;
  root.write(
      "bands/tariff.toml",
      "id = \"tariff\"\ntitle = \"usual\"\nlow = \"0.01 EUR/kWh\"\nhigh = \"0.6 EUR/kWh\"\n" +
          RegistryRoot::kSource);
  const Registry registry = root.load();
  CHECK(registry.band("tariff").high == Approx(0.6));
  CHECK(registry.band("tariff").currency == "EUR");
}

TEST_CASE("the hash sees every byte and name of every TOML file, and nothing else") {
  RegistryRoot root;
  const std::string hash = root.load().hash();
  root.write("README.md", "not data");
  CHECK(root.load().hash() == hash);
  root.write("claims/x.toml", "any = 1\n");
  const std::string with_claim = root.load().hash();
  CHECK(with_claim != hash);
  root.write("claims/x.toml", "any = 2\n");
  CHECK(root.load().hash() != with_claim);
}

TEST_CASE("an unknown id names the nearest") {
  RegistryRoot root;
  const Registry registry = root.load();
  CHECK_THROWS_WITH(registry.device("h10"),
                    "[registry] unknown device \"h10\"; nearest known: \"h100\"");
  CHECK_THROWS_AS(registry.model("x"), DataError);
  CHECK_THROWS_AS(registry.source(std::string(100000, 'a')), DataError);
}

TEST_CASE("a folder without sources.toml is an error") {
  RegistryRoot root;
  std::filesystem::remove(root.path() / "sources.toml");
  CHECK(root.fault() == "sources.toml: the file cannot be read");
}

TEST_CASE("the registry is where the flag says, and nowhere else") {
  RegistryRoot root;
  CHECK(find_registry(root.path().string()) == root.path());
  CHECK_THROWS_AS(find_registry((root.path() / "devices").string()), ConfigError);
}

}  // namespace assay
