#include "app/torch_support/run_ending.h"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <optional>
#include <vector>

#include "cost/cost_ledger.h"
#include "cost/energy_use.h"
#include "cost/run_prices.h"
#include "generate/evaluate.h"
#include "generate/generate.h"
#include "record/run_record.h"
#include "record/run_summary.h"
#include "record/time_account.h"
#include "text/corpus_words.h"
#include "text/tokenizer.h"
#include "train/machine.h"

namespace assay::app {

namespace {

constexpr double kAllOfTheTime = 0.995;  // as in the report

void print_time(const TimeAccount& time) {
  std::cout << fmt::format("time:        {:.1f} s held by {} process{}:", time.held.value(),
                           time.num_processes, time.num_processes == 1 ? "" : "es");
  for (const RunState state : kRunStates) {
    std::cout << fmt::format(" {} {:.1f}", to_string(state), time[state].value());
  }
  std::cout << fmt::format("\ndevice time: {:.4f} device-hours\n", time.device_hours.value());
}

/// Joules of a source that was lost midway are not those of the whole run.
void print_energy(const RunRecord& record, const EnergyUse& energy) {
  if (energy.total) {
    std::cout << fmt::format("energy:      {:.1f} J ({}", energy.total->value.value(),
                             to_string(energy.total->provenance));
    const double share = energy.metered_share.value_or(1);
    if (share < kAllOfTheTime) {
      std::cout << fmt::format("; of {:.0f} % of the steps' time, the rest is not known",
                               100 * share);
    }
    std::cout << ")\n";
    return;
  }
  std::cout << "energy:      not measured";
  for (const std::string& source : record.manifests.back().energy_sources) {
    std::cout << "; " << source << ": less than two readings in the run";
  }
  for (const std::string& reason : energy.unavailable) std::cout << "; " << reason;
  std::cout << "\n";
}

void print_cost(const RunRecord& record, const TimeAccount& time) {
  const EnergyUse energy = energy_use(record);
  const CostLedger ledger = make_ledger(time, energy, {.rent = rent_of(record.priced_manifest())});
  if (!ledger.total) {
    std::cout << "cost:        no price was named (--set price.device_hour=\"2.0 USD/gpu_h\")\n";
  } else {
    const Sourced<Money>& total = *ledger.total;
    std::cout << fmt::format("cost:        {:.6f} {} at {} ({}: {})\n", total.value.amount,
                             total.value.currency, record.priced_manifest().price_text,
                             to_string(total.provenance), ledger.lines.front().source);
  }
  print_energy(record, energy);
}

std::string ceiling_text(const DeviceInfo& device) {
  if (!device.measured_ceiling_flops) return "no measured_ceiling (profile.ceiling is false)";
  return fmt::format("measured_ceiling {:.1f} GFLOP/s {}", *device.measured_ceiling_flops * 1e-9,
                     device.ceiling_dtype);
}

/// Measured beside predicted.
void print_memory(const RunRecord& record) {
  const RunSummary summary = summarise(record);
  const std::optional<Bytes>& predicted = record.manifests.back().predicted_peak;
  if (!summary.peak_tensors || !predicted) return;
  std::cout << fmt::format("memory:      at most {} of tensors, predicted {}",
                           to_text(*summary.peak_tensors), to_text(*predicted));
  if (summary.peak_resident) {
    std::cout << fmt::format("; process {} resident", to_text(*summary.peak_resident));
  }
  std::cout << "\n";
}

void print_quality(const RunRecord& record, const RunInputs& inputs, const TrainResult& result) {
  const RunSummary summary = summarise(record);
  if (summary.tokens_per_second) {
    std::cout << fmt::format("speed:       {:.0f} tokens/s over {} timed steps\n",
                             summary.tokens_per_second->value(),
                             summary.num_steps - summary.num_warmup);
  }
  if (result.validation_loss && !std::isfinite(*result.validation_loss)) {
    std::cout << "validation:  not finite\n";
  } else if (result.validation_loss) {
    std::cout << fmt::format(
        "validation:  {:.4f} nats/token, {:.3f} bits/byte (unigram entropy {:.3f} bits/token)\n",
        *result.validation_loss,
        bits_per_byte(*result.validation_loss, inputs.corpus.bytes_per_token),
        inputs.corpus.unigram_entropy_bits);
  }
  if (!summary.sample) return;
  std::cout << "sample:\n" << summary.sample->text << "\n";
  if (!inputs.corpus.has_words()) return;
  const CorpusWords words = CorpusWords::load(inputs.corpus.words_file());
  std::cout << "words:       " << to_text(words.count_in(summary.sample->text)) << "\n";
}

}  // namespace

std::string fresh_run_name(double process_start_unix_s) {
  std::string name = rfc3339(process_start_unix_s);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

ExitCode exit_code_of(StopReason reason) {
  switch (reason) {
    case StopReason::kNone:
      return ExitCode::kFine;
    case StopReason::kPreempted:
      return ExitCode::kPreempted;
    case StopReason::kBudget:
    case StopReason::kTimeLimit:
      return ExitCode::kBudget;
  }
  return ExitCode::kInternal;
}

void print_start(const RunManifest& manifest, const RunConfig& config, const RunOutputs& outputs,
                 int64_t resumed_at_step) {
  const DeviceInfo& device = manifest.devices.front();
  std::cout << fmt::format(
      "run:         {}\nmodel:       {} ({}), {} parameters, {}\n"
      "device:      {} {}, {}\n"
      "training:    {} steps of {} tokens{}\n",
      outputs.run_dir().string(), manifest.model_id, manifest.model_family, manifest.num_parameters,
      manifest.precision, device.kind, device.name, ceiling_text(device), config.train.steps,
      config.train.tokens_per_step(),
      resumed_at_step > 0 ? fmt::format(", resumed after step {}", resumed_at_step) : "");
  const std::string url = outputs.metrics_url();
  std::cout << "metrics:     " << (url.empty() ? "off" : url) << std::endl;
}

namespace {

// The tokens of the text; where it has none (a lone newline in sentencepiece), what begins a text.
std::vector<int64_t> sample_prompt(const Tokenizer& tokenizer, const std::string& text) {
  const std::vector<uint32_t> tokens = tokenizer.encode(text);
  if (!tokens.empty()) return {tokens.begin(), tokens.end()};
  const SpecialTokens& special = tokenizer.special_tokens();
  const std::optional<uint32_t> first = special.bos ? special.bos : special.eos;
  return first ? std::vector<int64_t>{*first} : std::vector<int64_t>{};
}

}  // namespace

void write_sample(const SampleParts& parts, int64_t step, StepSink& sink) {
  const SampleConfig& sample = parts.config.sample;
  if (sample.tokens == 0) return;
  const double begin = parts.clock.now_unix_s();
  const std::vector<int64_t> prompt = sample_prompt(*parts.inputs.tokenizer, sample.prompt);
  if (prompt.empty()) {
    std::cerr << "assay: no sample: sample.prompt has no token in this tokenizer\n";
    return;
  }
  const GenerateOptions options{
      .num_tokens = sample.tokens,
      .max_context = parts.config.train.seq_len,
      .vocab_limit = static_cast<int64_t>(parts.inputs.tokenizer->vocab_size()),
      .sampling = {.temperature = sample.temperature,
                   .top_k = sample.top_k,
                   .seed = static_cast<uint64_t>(parts.config.train.seed)}};
  const std::vector<int64_t> tokens = generate(parts.model, prompt, options, parts.device);
  sink.consume(RunEvent{.time_unix_s = parts.clock.now_unix_s(),
                        .kind = "sample",
                        .step = step,
                        .duration = Seconds(parts.clock.now_unix_s() - begin),
                        .message = parts.inputs.tokenizer->decode(tokens)});
}

void print_end(const std::filesystem::path& run_dir, const RunInputs& inputs,
               const TrainResult& result) {
  const RunRecord record = read_run(run_dir, StepDetail::kTotals);
  const TimeAccount time = account_time(record);
  if (result.stop_reason != StopReason::kNone) {
    std::cout << fmt::format("stopped:     {} after step {}; go on with --resume {}\n",
                             to_string(result.stop_reason), result.step, run_dir.string());
  }
  print_quality(record, inputs, result);
  print_time(time);
  print_memory(record);
  print_cost(record, time);
  std::cout << "run:         " << run_dir.string() << std::endl;
}

}  // namespace assay::app
