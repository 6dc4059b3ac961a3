// nanoGPT's small CPU setting on tinyshakespeare.txt, which the test finds in the folder that
// ASSAY_TEST_DATA names.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "program.h"

namespace {

namespace fs = std::filesystem;

/// Validation loss in nats per byte over the whole validation tenth.
double train_with_seed(const fs::path& text, const fs::path& folder, int seed) {
  const fs::path out = folder / std::to_string(seed);
  const ProgramResult result =
      run_assay({"train", "--config", ASSAY_SOURCE_DIR "/configs/runs/shakespeare_gpt2.toml",
                 "--out", out.string(), "--set", "data.text_file=" + text.string(), "--set",
                 "data.prepared_folder=" + (folder / "data").string(), "--set",
                 "train.seed=" + std::to_string(seed), "--set", "train.device=cpu", "--set",
                 "metrics.address=off"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  std::ifstream events(out / "events.0.jsonl");
  double loss = 0;
  for (std::string line; std::getline(events, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event.at("event") == "eval") loss = event.at("value").get<double>();
  }
  return loss;
}

}  // namespace

TEST_CASE("nanoGPT's small setting reaches its published loss and no leak") {
  const char* data = std::getenv("ASSAY_TEST_DATA");
  const fs::path text = fs::path(data == nullptr ? "" : data) / "tinyshakespeare.txt";
  if (data == nullptr || !fs::exists(text)) {
    WARN("skipped: ASSAY_TEST_DATA names no folder with tinyshakespeare.txt");
    return;
  }
  std::string name = (fs::temp_directory_path() / "assay-shakespeare-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  double sum = 0;
  for (const int seed : {1, 2, 3}) {
    const double loss = train_with_seed(text, name, seed);
    std::printf("seed %d: %.4f nats/byte\n", seed, loss);
    sum += loss;
  }
  fs::remove_all(name);
  std::printf("mean of three seeds: %.4f nats/byte\n", sum / 3);
  CHECK(sum / 3 <= 1.93);
  CHECK(sum / 3 >= 1.75);  // below this, validation text would have been trained on
}
