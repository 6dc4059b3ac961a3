#include "registry/published_serving.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "error/error.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

const fs::path kShippedRegistry = fs::path(ASSAY_SOURCE_DIR) / "configs" / "registry";

TEST_CASE("the registered speeds of serving load, and DeepSeek's own is a node's over eight") {
  const std::vector<PublishedServing> servings = load_servings(Registry::load(kShippedRegistry));
  const auto own = std::find_if(servings.begin(), servings.end(), [](const PublishedServing& one) {
    return one.id == "deepseek-v3-h800-2025-02";
  });
  REQUIRE(own != servings.end());
  CHECK(own->decode_rate.measure.value == Approx(14.8e3 / 8).epsilon(0.005));
  CHECK(own->prefill_rate.measure.value == Approx(73.7e3 / 8).epsilon(0.005));
  CHECK(own->devices->measure.value == Approx(226.75 * 8));
  CHECK(own->price->source.mark == "seen");
  CHECK(own->decode_rate.source.mark == "derived");
}

TEST_CASE("a speed of serving with a fault is refused at its place") {
  const fs::path copy = fs::temp_directory_path() / "assay-servings-test";
  fs::remove_all(copy);
  fs::copy(kShippedRegistry, copy, fs::copy_options::recursive);
  const fs::path file = copy / "serving" / "deepseek-v3-h800-2025-02.toml";
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    REQUIRE(other.find(from) != std::string::npos);
    other.replace(other.find(from), from.size(), to);
    std::ofstream(file) << other;
    CHECK_THROWS_AS(load_servings(Registry::load(copy)), DataError);
  };
  refuses("model = \"deepseek-v3\"", "model = \"deepseek-v9\"");
  refuses("device = \"h800-sxm\"", "device = \"h801\"");
  refuses("date = \"2025-02-28\"", "date = \"2025-02-30\"");
  refuses("1.85e3 token/s/gpu", "1.85e3 token/s");
  refuses("\"9.21e3 token/s/gpu\"", "9210");
  refuses("key = \"deepseek-open-infra\"", "key = \"nobody\"");
  fs::remove_all(copy);
}

}  // namespace
}  // namespace assay
