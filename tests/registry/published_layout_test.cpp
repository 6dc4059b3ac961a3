#include "registry/published_layout.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "error/error.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

const fs::path kShipped = fs::path(ASSAY_SOURCE_DIR) / "configs" / "registry";

TEST_CASE("the registered layouts load, and DeepSeek-V3's has its published sizes") {
  const std::vector<PublishedLayout> layouts = load_layouts(Registry::load(kShipped));
  REQUIRE_FALSE(layouts.empty());
  const PublishedLayout& v3 = layouts.front();
  CHECK(v3.model == "deepseek-v3");
  CHECK(v3.pipeline.measure.value == 16);
  CHECK(v3.pipeline.source.mark == "recalled");
  CHECK(v3.expert.measure.value == 64);
  CHECK(v3.expert.source.mark == "seen");
  CHECK(v3.data.measure.value * v3.pipeline.measure.value == 2048);
  CHECK(v3.batch->measure.value == 15360 * 4096);
  CHECK(v3.network->measure.value == 50e9);
  CHECK(v3.nodes_per_token->measure.value == 4);
}

TEST_CASE("a layout of an unknown model or without a source is refused at its place") {
  const fs::path copy = fs::temp_directory_path() / "assay-layouts-test";
  fs::remove_all(copy);
  fs::copy(kShipped, copy, fs::copy_options::recursive);
  const fs::path file = copy / "layouts" / "deepseek-v3-h800.toml";
  std::ifstream stream(file);
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  const auto written = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    std::ofstream(file) << other;
    return Registry::load(copy);
  };
  CHECK_THROWS_WITH(load_layouts(written("model = \"deepseek-v3\"", "model = \"deepseek-v9\"")),
                    Catch::Contains("deepseek-v3-h800.toml:2:") && Catch::Contains("nearest"));
  CHECK_THROWS_AS(load_layouts(written("key = \"dsv3-tr\"", "key = \"nobody\"")), DataError);
  CHECK_THROWS_AS(load_layouts(written("pipeline = \"16 gpu\"", "pipeline = 16")), DataError);
  CHECK_THROWS_AS(load_layouts(written("pipeline = \"16 gpu\"", "pipeline = \"0 gpu\"")),
                  DataError);
  fs::remove_all(copy);
}

}  // namespace
}  // namespace assay
