#include "generate/generation.h"

#include <fmt/format.h>

#include <iostream>

#include "app/command.h"
#include "app/torch_support/completion_output.h"
#include "app/torch_support/generate_options.h"
#include "app/torch_support/inference_session.h"
#include "app/torch_support/prompts.h"
#include "app/torch_support/stop_signals.h"
#include "error/error.h"
#include "generate/graph_recorder.h"

namespace assay::app {

namespace {

// A token that never comes would end nothing.
void check_stop_tokens(const GenerateCommand& command, const LoadedModel& loaded) {
  for (const int64_t token : command.request.stop_tokens) {
    if (token >= 0 && token < loaded.spec.vocab_size) continue;
    throw ConfigError(
        fmt::format("[generate] --stop-token is no token of the model: {}, vocabulary {}", token,
                    loaded.spec.vocab_size));
  }
}

std::vector<GenerationRequest> requests_of(const GenerateCommand& command,
                                           const LoadedModel& loaded) {
  check_stop_tokens(command, loaded);
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

GenerationOptions options_of(const GenerateCommand& command, const LoadedModel& loaded,
                             const StopToken& stop, bool streamed) {
  GenerationOptions options{.device = loaded.device,
                            .max_context = loaded.spec.max_seq_len,
                            .vocab_limit = loaded.vocab_limit(),
                            .max_sequences = command.max_sequences,
                            .tokenizer = loaded.tokenizer.get(),
                            .logprobs = command.logprobs,
                            .stop = [&stop] { return stop.requested(); }};
  if (!command.no_graphs) options.recorder = graph_recorder(loaded.device);
  if (streamed) {
    options.on_token = [](const TokenEvent& event) {
      if (!event.text.empty()) std::cout << event.text << std::flush;
    };
  }
  return options;
}

int run_generate(const std::vector<std::string>& args) {
  const std::optional<GenerateCommand> command = parse_generate(args);
  if (!command) return 0;
  StopToken stop;
  const StopSignals signals(stop);
  const LoadedModel loaded = load_model(command->model);
  const std::vector<GenerationRequest> requests = requests_of(*command, loaded);
  const bool streamed = !command->json && loaded.tokenizer && requests.size() == 1 &&
                        command->request.num_samples == 1;
  GenerationOptions options = options_of(*command, loaded, stop, streamed);
  for (const GenerationRequest& request : requests) check_request(request, options);
  InferenceSession session(command->metering, loaded);
  options.clock = session.clock();
  for (const std::string& warning : session.warnings()) {
    std::cerr << "assay: warning: " << warning << '\n';
  }
  if (!session.metrics_url().empty()) std::cerr << "metrics: " << session.metrics_url() << '\n';
  CompletionOutput output(*command, loaded, streamed);
  const StepCounts steps =
      generate_batches(*loaded.model, requests, options, [&](const GeneratedBatch& batch) {
        for (const Completion& completion : batch.completions) output.write(completion);
        session.add(batch.record);
      });
  session.settle();
  output.end(steps, session);
  session.finish(stop.requested() ? "preempted" : "finished");
  return static_cast<int>(stop.requested() ? ExitCode::kPreempted : ExitCode::kFine);
}

}  // namespace

Command generate_command() {
  return {.name = "generate", .summary = "go on from a prompt", .run = run_generate};
}

}  // namespace assay::app
