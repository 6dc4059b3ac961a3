#include "train/checkpoint_state.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "error/error.h"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "assay-checkpoint";
constexpr int kVersion = 1;

Json totals_to_json(const RunTotals& totals) {
  Json seconds = Json::object();
  for (const RunState state : kRunStates) {
    seconds[std::string(to_string(state)) + "_s"] = totals[state].value();
  }
  Json json{{"tokens", totals.tokens},
            {"skipped_steps", totals.skipped_steps},
            {"seconds", std::move(seconds)},
            {"energy_j", nullptr}};
  if (totals.energy) json["energy_j"] = totals.energy->value();
  return json;
}

RunTotals totals_from_json(const Json& json) {
  RunTotals totals{.tokens = json.at("tokens").get<int64_t>(),
                   .skipped_steps = json.at("skipped_steps").get<int64_t>()};
  for (const RunState state : kRunStates) {
    totals[state] =
        Seconds(json.at("seconds").at(std::string(to_string(state)) + "_s").get<double>());
  }
  const Json& energy = json.at("energy_j");
  if (!energy.is_null()) totals.energy = Joules(energy.get<double>());
  return totals;
}

Json files_to_json(const std::vector<FileDigest>& files) {
  Json list = Json::array();
  for (const FileDigest& file : files) {
    list.push_back({{"path", file.path}, {"size_bytes", file.size}, {"sha256", file.sha256}});
  }
  return list;
}

CheckpointState state_from_json(const Json& json) {
  CheckpointState state;
  state.step = json.at("step").get<int64_t>();
  state.stage = json.at("stage").get<std::string>();
  const Json& data = json.at("data");
  state.seed = data.at("seed").get<uint64_t>();
  state.sequences_per_step = data.at("sequences_per_step").get<int64_t>();
  state.seq_len = data.at("seq_len").get<int64_t>();
  state.tokenizer = data.at("tokenizer").get<std::string>();
  state.learning_rate = json.at("schedule").at("learning_rate").get<double>();
  state.bad_steps_in_a_row = json.at("bad_steps_in_a_row").get<int64_t>();
  state.totals = totals_from_json(json.at("totals"));
  state.precision = json.at("precision").get<std::string>();
  state.model_toml = json.at("model_toml").get<std::string>();
  state.config_sha256 = json.at("config_sha256").get<std::string>();
  state.run_id = json.at("run_id").get<std::string>();
  for (const Json& file : json.at("files")) {
    state.files.push_back({file.at("path").get<std::string>(), file.at("size_bytes").get<int64_t>(),
                           file.at("sha256").get<std::string>()});
  }
  return state;
}

}  // namespace

std::string to_json_text(const CheckpointState& state) {
  const Json json{
      {"format", kFormat},
      {"version", kVersion},
      {"run_id", state.run_id},
      {"stage", state.stage},
      {"step", state.step},
      {"data",
       {{"seed", state.seed},
        {"sequences_per_step", state.sequences_per_step},
        {"seq_len", state.seq_len},
        {"tokenizer", state.tokenizer}}},
      {"schedule", {{"learning_rate", state.learning_rate}}},
      {"bad_steps_in_a_row", state.bad_steps_in_a_row},
      {"totals", totals_to_json(state.totals)},
      {"precision", state.precision},
      {"config_sha256", state.config_sha256},
      {"model_toml", state.model_toml},
      {"files", files_to_json(state.files)},
  };
  return json.dump(2) + "\n";
}

CheckpointState read_checkpoint_state(const std::filesystem::path& checkpoint) {
  const std::filesystem::path path = checkpoint / "state.json";
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) {
    throw DataError(fmt::format("[checkpoint] state.json cannot be read: {}", path.string()));
  }
  if (text.find('\0') != text.npos) {  // the parser would take it for the end of the text
    throw DataError(
        fmt::format("[checkpoint] state.json is corrupt: {}: a zero byte", path.string()));
  }
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) {
      throw DataError(
          fmt::format("[checkpoint] not a checkpoint of this program: {}", path.string()));
    }
    if (json.at("version") != kVersion) {
      throw DataError(fmt::format("[checkpoint] unknown version, this program knows {}: {} has {}",
                                  kVersion, path.string(), json.at("version").dump()));
    }
    return state_from_json(json);
  } catch (const nlohmann::json::exception& error) {
    throw DataError(
        fmt::format("[checkpoint] state.json is corrupt: {}: {}", path.string(), error.what()));
  }
}

}  // namespace assay
