#include "generate/generation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "app/command.h"
#include "app/torch_support/generate_options.h"
#include "app/torch_support/inference_session.h"
#include "app/torch_support/inference_text.h"
#include "app/torch_support/prompts.h"
#include "app/torch_support/stop_signals.h"
#include "error/error.h"

namespace assay::app {

namespace {

using Json = nlohmann::ordered_json;

std::vector<GenerationRequest> requests_of(const GenerateCommand& command,
                                           const LoadedModel& loaded) {
  std::vector<int64_t> stop_tokens = command.request.stop_tokens;
  if (!command.ignore_eos) {
    for (const int64_t token : end_tokens(command.model.folder)) stop_tokens.push_back(token);
    const bool has_end = loaded.tokenizer && loaded.tokenizer->special_tokens().eos;
    if (has_end) stop_tokens.push_back(*loaded.tokenizer->special_tokens().eos);
  }
  std::vector<GenerationRequest> requests;
  for (std::vector<int64_t>& prompt : read_prompts(command, loaded)) {
    requests.push_back(command.request);
    requests.back().prompt = std::move(prompt);
    requests.back().stop_tokens = stop_tokens;
  }
  return requests;
}

void print_logprobs(const Completion& completion, const Tokenizer* tokenizer) {
  for (size_t i = 0; i < completion.logprobs.size(); ++i) {
    const std::string text =
        tokenizer == nullptr ? "" : tokenizer->decode(std::span(&completion.tokens[i], 1));
    std::cout << fmt::format("{:8} {:10.5f} {}\n", completion.tokens[i], completion.logprobs[i],
                             Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

void print_completions(const Generation& generation, const GenerateCommand& command,
                       const LoadedModel& loaded, bool streamed) {
  for (const Completion& completion : generation.completions) {
    if (!streamed) {
      std::cout << fmt::format("--- prompt {} sample {} ({})\n", completion.request + 1,
                               completion.sample + 1, to_string(completion.finish));
      if (loaded.tokenizer) {
        std::cout << completion.text;
      } else {
        std::cout << fmt::format("{}", fmt::join(completion.tokens, ","));
      }
    }
    std::cout << '\n';
    if (command.logprobs) print_logprobs(completion, loaded.tokenizer.get());
  }
}

Json completion_json(const Completion& completion, bool with_text, bool with_logprobs) {
  Json json{{"prompt", completion.request},
            {"sample", completion.sample},
            {"finish", std::string(to_string(completion.finish))},
            {"tokens", completion.tokens}};
  if (with_text) json["text"] = completion.text;
  if (with_logprobs) json["logprobs"] = completion.logprobs;
  return json;
}

void print_json(const Generation& generation, const GenerateCommand& command,
                const LoadedModel& loaded, const InferenceSession& session) {
  Json json{{"schema_version", 1},
            {"model", loaded.source},
            {"family", loaded.spec.family},
            {"precision", std::string(to_string(loaded.precision))},
            {"tokenizer", loaded.tokenizer ? Json(std::string(loaded.tokenizer->id())) : Json()},
            {"seed", command.request.sampling.seed}};
  json["completions"] = Json::array();
  for (const Completion& completion : generation.completions) {
    json["completions"].push_back(
        completion_json(completion, loaded.tokenizer != nullptr, command.logprobs));
  }
  json["metering"] = inference_json(session, loaded);
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

int run_generate(const std::vector<std::string>& args) {
  const std::optional<GenerateCommand> command = parse_generate(args);
  if (!command) return 0;
  StopToken stop;
  const StopSignals signals(stop);
  const LoadedModel loaded = load_model(command->model);
  const std::vector<GenerationRequest> requests = requests_of(*command, loaded);
  InferenceSession session(command->metering, loaded);
  if (!session.metrics_url().empty()) std::cerr << "metrics: " << session.metrics_url() << '\n';
  const bool streamed = !command->json && loaded.tokenizer && requests.size() == 1 &&
                        command->request.num_samples == 1;
  GenerationOptions options{.device = loaded.device,
                            .max_context = loaded.spec.max_seq_len,
                            .vocab_limit = loaded.vocab_limit(),
                            .max_sequences = command->max_sequences,
                            .tokenizer = loaded.tokenizer.get(),
                            .logprobs = command->logprobs,
                            .stop = [&stop] { return stop.requested(); },
                            .clock = session.clock()};
  if (streamed) {
    options.on_token = [](const TokenEvent& event) {
      if (!event.text.empty()) std::cout << event.text << std::flush;
    };
  }
  const Generation generation = generate_completions(*loaded.model, requests, options);
  for (const InferenceRecord& batch : generation.batches) session.add(batch);
  if (command->json) {
    print_json(generation, *command, loaded, session);
  } else {
    print_completions(generation, *command, loaded, streamed);
    std::cout.flush();
    std::cerr << inference_text(session, loaded);
  }
  session.finish(stop.requested() ? "preempted" : "finished");
  return static_cast<int>(stop.requested() ? ExitCode::kPreempted : ExitCode::kFine);
}

}  // namespace

Command generate_command() {
  return {.name = "generate", .summary = "go on from a prompt", .run = run_generate};
}

}  // namespace assay::app
