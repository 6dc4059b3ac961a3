#include "small_run.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kConfig = R"(
[model]
family = "gpt2"
num_layers = 2
d_model = 32
num_heads = 2
d_ff = 64
vocab_size = 256
max_seq_len = 32

[data]
corpus = "text"
text_file = "@FOLDER@/text.txt"
prepared_folder = "@FOLDER@/data"
validation_share = 0.1

[train]
steps = 40
micro_batch = 4
seq_len = 32
device = "cpu"
threads = 1

[schedule]
warmup_steps = 5

[checkpoint]
every_steps = 10

[sample]
tokens = 20

[metrics]
address = "off"
)";

std::string with_folder(std::string text, const std::string& folder) {
  const std::string mark = "@FOLDER@";
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
    text.replace(at, mark.size(), folder);
  }
  return text;
}

std::vector<json> lines_of(const fs::path& path) {
  std::ifstream stream(path);
  std::vector<json> lines;
  for (std::string line; std::getline(stream, line);) {
    if (stream.eof()) break;  // torn: no newline
    lines.push_back(json::parse(line));
  }
  return lines;
}

}  // namespace

SmallRun::SmallRun() {
  std::string name = (fs::temp_directory_path() / "assay-train-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = name;
  std::ofstream(config()) << with_folder(kConfig, folder_.string());
  std::ofstream text_file(text());
  for (int i = 0; i < 600; ++i) {
    text_file << "line " << i * i % 97 << ": the assay of " << i % 13 << " grains of gold\n";
  }
}

SmallRun::~SmallRun() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::vector<std::string> SmallRun::train(const std::string& out,
                                         std::vector<std::string> more) const {
  std::vector<std::string> args{"train", "--config", config().string(), "--out",
                                (folder_ / out).string()};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::map<int64_t, json> SmallRun::steps(const std::string& out) const {
  std::map<int64_t, json> steps;
  for (const json& line : lines_of(folder_ / out / "steps.jsonl")) {
    json& kept = steps[line.at("step").get<int64_t>()];
    kept.clear();
    for (const char* key : {"step", "loss_nats", "aux_loss", "grad_norm", "learning_rate", "tokens",
                            "skipped", "stage"}) {
      kept[key] = line.at(key);
    }
  }
  return steps;
}

size_t SmallRun::num_step_lines(const std::string& out) const {
  std::ifstream stream(folder_ / out / "steps.jsonl");
  return static_cast<size_t>(std::count(std::istreambuf_iterator<char>(stream), {}, '\n'));
}

std::vector<json> SmallRun::events(const std::string& out) const {
  return lines_of(folder_ / out / "events.0.jsonl");
}

json SmallRun::state(const std::string& out, int64_t step) const {
  std::ifstream stream(folder_ / out / "checkpoints" / ("step-" + std::to_string(step)) /
                       "state.json");
  return json::parse(stream);
}

std::vector<std::string> SmallRun::checkpoints(const std::string& out) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_ / out / "checkpoints")) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}
