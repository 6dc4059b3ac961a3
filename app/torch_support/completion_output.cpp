#include "app/torch_support/completion_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/torch_support/inference_text.h"

namespace assay::app {

namespace {

using Json = nlohmann::ordered_json;

std::string indented(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

void print_logprobs(const Completion& completion, const Tokenizer* tokenizer) {
  for (size_t i = 0; i < completion.logprobs.size(); ++i) {
    const std::string text =
        tokenizer == nullptr ? "" : tokenizer->decode(std::span(&completion.tokens[i], 1));
    std::cout << fmt::format("{:8} {:10.5f} {}\n", completion.tokens[i], completion.logprobs[i],
                             Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

/// How the decode steps were done, where they could be recorded; nothing elsewhere.
std::string steps_text(const StepCounts& steps) {
  if (!steps.fallback.empty()) {
    return fmt::format("graphs:     no more after {} steps by {} graphs: {}\n", steps.replayed,
                       steps.recorded, steps.fallback);
  }
  if (steps.recorded == 0) return "";
  return fmt::format("graphs:     {} of {} decode steps by {} CUDA graphs\n", steps.replayed,
                     steps.replayed + steps.eager, steps.recorded);
}

Json steps_json(const StepCounts& steps) {
  return {{"eager", steps.eager},
          {"replayed", steps.replayed},
          {"recordings", steps.recorded},
          {"fallback", steps.fallback.empty() ? Json() : Json(steps.fallback)}};
}

/// The members of an object, without the braces around them.
std::string members(const Json& json) {
  const std::string text = indented(json);
  constexpr std::string_view kOpen = "{\n";
  constexpr std::string_view kClose = "\n}";
  return text.substr(kOpen.size(), text.size() - kOpen.size() - kClose.size());
}

/// Moves the lines after the first to the right.
std::string moved(std::string text, size_t columns) {
  const std::string shift(columns, ' ');
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    text.insert(at + 1, shift);
  }
  return shift + text;
}

}  // namespace

CompletionOutput::CompletionOutput(const GenerateCommand& command, const LoadedModel& loaded,
                                   bool streamed)
    : command_(command), loaded_(loaded), streamed_(streamed) {
  if (!command_.json) return;
  const Json head{
      {"schema_version", 1},
      {"model", loaded.source},
      {"family", loaded.spec.family},
      {"precision", std::string(to_string(loaded.precision))},
      {"tokenizer", loaded.tokenizer ? Json(std::string(loaded.tokenizer->id())) : Json()},
      {"seed", command.request.sampling.seed}};
  std::cout << "{\n" << members(head) << ",\n  \"completions\": [";
}

int64_t CompletionOutput::num_written() const {
  return std::accumulate(num_ended_.begin(), num_ended_.end(), int64_t{0});
}

void CompletionOutput::write_text(const Completion& completion) const {
  if (!streamed_) {
    std::cout << fmt::format("--- prompt {} sample {} (stopped: {})\n", completion.request + 1,
                             completion.sample + 1, in_words(completion.finish));
    if (loaded_.tokenizer) {
      std::cout << completion.text;
    } else {
      std::cout << fmt::format("{}", fmt::join(completion.tokens, ","));
    }
  }
  std::cout << '\n';
  if (command_.logprobs) print_logprobs(completion, loaded_.tokenizer.get());
}

void CompletionOutput::write_json(const Completion& completion) const {
  Json json{{"prompt", completion.request},
            {"sample", completion.sample},
            {"finish", std::string(to_string(completion.finish))},
            {"tokens", completion.tokens}};
  if (loaded_.tokenizer) json["text"] = completion.text;
  if (command_.logprobs) json["logprobs"] = completion.logprobs;
  std::cout << (num_written() == 0 ? "\n" : ",\n") << moved(indented(json), 4);
}

void CompletionOutput::write(const Completion& completion) {
  if (command_.json) {
    write_json(completion);
  } else {
    write_text(completion);
  }
  std::cout.flush();
  ++num_ended_[static_cast<size_t>(completion.finish)];
}

std::string CompletionOutput::ends_text() const {
  std::string text;
  for (const FinishReason reason : kFinishReasons) {
    const int64_t count = num_ended_[static_cast<size_t>(reason)];
    if (count == 0) continue;
    text += text.empty() ? "stopped:    " : ", ";
    if (num_written() > 1) text += fmt::format("{} x ", count);
    text += in_words(reason);
    if (reason == FinishReason::kContext) {
      text += fmt::format(" ({} tokens, the prompt among them)", loaded_.spec.max_seq_len);
    }
  }
  return text.empty() ? "" : text + "\n";
}

void CompletionOutput::end(const StepCounts& steps, const InferenceSession& session) {
  if (!command_.json) {
    std::cerr << ends_text() << inference_text(session, loaded_) << steps_text(steps);
    return;
  }
  const Json tail{{"decode_steps", steps_json(steps)},
                  {"metering", inference_json(session, loaded_)}};
  std::cout << (num_written() == 0 ? "" : "\n  ") << "],\n" << members(tail) << "\n}\n";
}

}  // namespace assay::app
