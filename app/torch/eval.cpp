#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numbers>

#include "app/cli/text_table.h"
#include "app/command.h"
#include "app/torch_support/eval_options.h"
#include "error/error.h"
#include "generate/task_scores.h"
#include "text/utf8.h"

namespace assay::app {

namespace {

using Json = nlohmann::ordered_json;

/// One figure of one model on one file.
struct EvalFigure {
  std::string file;
  std::string name;  ///< "nats_per_token" ...
  double value = 0;
  std::optional<Bounds<double>> interval;  ///< 90 %
  int64_t count = 0;                       ///< tokens or items
  int64_t num_units = 0;                   ///< windows or items, which the bootstrap draws
};

EvalFigure figure(const std::string& file, std::string name, const std::vector<RatioUnit>& units,
                  int64_t count, const BootstrapOptions& bootstrap) {
  return {.file = file,
          .name = std::move(name),
          .value = ratio_of(units),
          .interval = bootstrap_interval(units, bootstrap),
          .count = count,
          .num_units = static_cast<int64_t>(units.size())};
}

/// exp of a figure and of its interval: monotonic, so the percentiles stay percentiles.
EvalFigure perplexity_of(EvalFigure loss) {
  loss.name = "perplexity";
  loss.value = std::exp(loss.value);
  if (loss.interval) {
    loss.interval = Bounds<double>{std::exp(loss.interval->low), std::exp(loss.interval->high)};
  }
  return loss;
}

data::TokenDataset text_tokens(const std::filesystem::path& path, const LoadedModel& loaded) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path)) {
    throw DataError(fmt::format("[eval] the text cannot be read: {}", path.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const size_t valid = valid_utf8_prefix(text);
  if (valid < text.size()) {
    throw DataError(fmt::format("[eval] {} is not UTF-8: byte {} of {}", path.string(), valid + 1,
                                text.size()));
  }
  return data::TokenDataset::from_tokens(loaded.tokenizer->encode(text), loaded.spec.vocab_size);
}

/// The windows of a model: what was not named is by its context.
WindowOptions windows_of(const EvalCommand& command, const LoadedModel& loaded) {
  WindowOptions windows = command.windows;
  if (windows.seq_len == 0) windows.seq_len = loaded.spec.max_seq_len;
  if (windows.stride == 0) windows.stride = windows.seq_len;
  if (windows.seq_len > loaded.spec.max_seq_len) {
    throw ConfigError(fmt::format("[eval] --seq-len is longer than the model's context: {} > {}",
                                  windows.seq_len, loaded.spec.max_seq_len));
  }
  return windows;
}

void add_losses(const std::string& file, const data::TokenDataset& dataset,
                const EvalCommand& command, const LoadedModel& loaded,
                std::vector<EvalFigure>& figures) {
  std::vector<RatioUnit> by_token;
  std::vector<RatioUnit> by_byte;
  int64_t count = 0;
  for (const WindowLoss& loss : window_losses(*loaded.model, dataset, windows_of(command, loaded),
                                              loaded.device, loaded.tokenizer.get())) {
    by_token.push_back({loss.loss_sum, static_cast<double>(loss.num_targets)});
    by_byte.push_back({loss.loss_sum / std::numbers::ln2, static_cast<double>(loss.num_bytes)});
    count += loss.num_targets;
  }
  figures.push_back(figure(file, "nats_per_token", by_token, count, command.bootstrap));
  figures.push_back(perplexity_of(figures.back()));
  if (loaded.tokenizer) {
    figures.push_back(figure(file, "bits_per_byte", by_byte, count, command.bootstrap));
  }
}

/// Reads the questions without answering them, so that a fault in the last line is told before
/// hours of work; of files that can be read again.
void check_questions(const EvalCommand& command) {
  for (const auto& path : command.choices) {
    if (!std::filesystem::exists(path) || std::filesystem::is_regular_file(path)) {
      read_choice_items(path, [](const ChoiceItem&) {});
    }
  }
  for (const auto& path : command.exact) {
    if (!std::filesystem::exists(path) || std::filesystem::is_regular_file(path)) {
      read_exact_items(path, [](const ExactItem&) {});
    }
  }
}

void add_choices(const std::filesystem::path& path, const EvalCommand& command,
                 const Examinee& examinee, std::vector<EvalFigure>& figures) {
  std::vector<RatioUnit> right;
  std::vector<RatioUnit> right_by_byte;
  read_choice_items(path, [&](const ChoiceItem& item) {
    const ChoiceScore score = score_choices(examinee, item);
    right.push_back({score.right ? 1.0 : 0.0, 1});
    right_by_byte.push_back({score.right_by_byte ? 1.0 : 0.0, 1});
  });
  const auto count = static_cast<int64_t>(right.size());
  figures.push_back(figure(path.string(), "accuracy", right, count, command.bootstrap));
  figures.push_back(
      figure(path.string(), "accuracy_by_byte", right_by_byte, count, command.bootstrap));
}

void add_exact(const std::filesystem::path& path, const EvalCommand& command,
               const Examinee& examinee, std::vector<EvalFigure>& figures) {
  std::vector<RatioUnit> right;
  std::vector<ExactItem> waiting;
  const auto answer = [&] {
    for (const bool one : score_exact(examinee, waiting)) right.push_back({one ? 1.0 : 0.0, 1});
    waiting.clear();
  };
  read_exact_items(path, [&](ExactItem item) {
    waiting.push_back(std::move(item));
    if (static_cast<int64_t>(waiting.size()) == command.max_batch) answer();
  });
  answer();
  const auto count = static_cast<int64_t>(right.size());
  figures.push_back(figure(path.string(), "exact_match", right, count, command.bootstrap));
}

std::vector<EvalFigure> evaluate_model(const LoadedModel& loaded, const EvalCommand& command) {
  const bool needs_text =
      !command.texts.empty() || !command.choices.empty() || !command.exact.empty();
  if (needs_text && !loaded.tokenizer) {
    throw ConfigError(
        fmt::format("[eval] no tokenizer is known for {}: name one (--tokenizer)", loaded.source));
  }
  std::vector<EvalFigure> figures;
  for (const auto& path : command.texts) {
    add_losses(path.string(), text_tokens(path, loaded), command, loaded, figures);
  }
  for (const auto& path : command.shards) {
    if (!loaded.tokenizer) {
      throw ConfigError(fmt::format("[eval] no tokenizer is known for {}: name one (--tokenizer)",
                                    loaded.source));
    }
    const auto dataset = data::TokenDataset::open(
        std::array{path},
        {.tokenizer_id = loaded.tokenizer->id(), .vocab_size = loaded.tokenizer->vocab_size()});
    add_losses(path.string(), dataset, command, loaded, figures);
  }
  if (!loaded.tokenizer) return figures;
  const Examinee examinee{.model = *loaded.model,
                          .tokenizer = *loaded.tokenizer,
                          .max_context = loaded.spec.max_seq_len,
                          .vocab_limit = loaded.vocab_limit(),
                          .device = loaded.device};
  for (const auto& path : command.choices) add_choices(path, command, examinee, figures);
  for (const auto& path : command.exact) add_exact(path, command, examinee, figures);
  return figures;
}

Json figure_json(const EvalFigure& one) {
  Json json{{"file", one.file}, {"figure", one.name}, {"value", one.value}};
  json["low_90"] = one.interval ? Json(one.interval->low) : Json(nullptr);
  json["high_90"] = one.interval ? Json(one.interval->high) : Json(nullptr);
  json["count"] = one.count;
  json["num_units"] = one.num_units;
  return json;
}

std::vector<std::string> figure_cells(const std::string& model, const EvalFigure& one) {
  return {
      model,
      std::filesystem::path(one.file).filename().string(),
      one.name,
      fmt::format("{:.4f}", one.value),
      one.interval ? fmt::format("{:.4f} - {:.4f}", one.interval->low, one.interval->high) : "-",
      fmt::format("{}", one.count)};
}

int run_eval(const std::vector<std::string>& args) {
  const std::optional<EvalCommand> command = parse_eval(args);
  if (!command) return 0;
  constexpr auto kLeft = TextTable::Align::kLeft;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({"model", "file", "figure", "value", "90 %", "tokens or items"},
                  {kLeft, kLeft, kLeft, kRight, kRight, kRight});
  Json json{{"schema_version", 1},
            {"resamples", command->bootstrap.num_resamples},
            {"seed", command->bootstrap.seed},
            {"models", Json::array()}};
  check_questions(*command);
  for (const std::string& name : command->models) {
    ModelChoice choice = command->choice;
    choice.folder = name;
    const LoadedModel loaded = load_model(choice);
    const WindowOptions windows = windows_of(*command, loaded);
    Json figures = Json::array();
    for (const EvalFigure& one : evaluate_model(loaded, *command)) {
      table.add(figure_cells(name, one));
      figures.push_back(figure_json(one));
    }
    json["models"].push_back({{"model", loaded.source},
                              {"family", loaded.spec.family},
                              {"precision", std::string(to_string(loaded.precision))},
                              {"seq_len", windows.seq_len},
                              {"stride", windows.stride},
                              {"figures", figures}});
  }
  std::cout << (command->json ? json.dump(2) + "\n" : table.text());
  return 0;
}

}  // namespace

Command eval_command() {
  return {.name = "eval",
          .summary = "loss on text and questions answered right, several models in one table",
          .run = run_eval};
}

}  // namespace assay::app
