#include "app/torch_support/run_manifest_maker.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/version.h>
#include <unistd.h>

#include <filesystem>

#include "app/cli/build_info.h"
#include "app/torch_support/run_price.h"
#include "digest/sha256.h"
#include "energy/energy_probe.h"
#include "record/run_record.h"
#include "specs/expert_dispatch.h"
#include "train/loaded_files.h"
#include "train/machine.h"
#include "train/numerics.h"

namespace assay::app {

namespace fs = std::filesystem;

namespace {

FileDigest digest_file(const fs::path& path) {
  return {path.string(), static_cast<int64_t>(fs::file_size(path)), sha256_file(path)};
}

/// Time, process and config make it different from every other id on this machine.
std::string new_run_id(const ManifestSources& sources, const std::string& config_sha256) {
  std::string time = rfc3339(sources.process_start_unix_s);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const std::string salt = fmt::format("{}|{}|{:.6f}|{}", config_sha256, getpid(),
                                       sources.process_start_unix_s, host_name());
  return fmt::format("{}-{}", time, sha256(salt).substr(0, 8));
}

void describe_program(RunManifest& manifest) {
  const BuildInfo build = build_info();
  manifest.code_version = build.version;
  if (!build.commit.empty()) manifest.code_version += " " + build.commit;
  manifest.compiler = build.compiler;
#ifdef __OPTIMIZE__
  manifest.build_type = "optimized";
#else
  manifest.build_type = "not optimized";
#endif
  manifest.binary = program_digest();
  manifest.libtorch_version = TORCH_VERSION;
}

void describe_data(const RunInputs& inputs, RunManifest& manifest) {
  const Corpus& corpus = inputs.corpus;
  for (const auto& shard : corpus.train_shards()) manifest.data.push_back(digest_file(shard));
  for (const auto& shard : corpus.validation_shards()) manifest.data.push_back(digest_file(shard));
  if (!inputs.tokenizer_file.empty()) manifest.data.push_back(digest_file(inputs.tokenizer_file));
  manifest.corpus_unigram_entropy_bits = corpus.unigram_entropy_bits;
  manifest.bytes_per_token = corpus.bytes_per_token;
  manifest.tokenizer = corpus.tokenizer_id;
}

void describe_config(const RunConfig& config, const RunInputs& inputs, RunManifest& manifest) {
  manifest.config_toml = dump_toml(config);
  manifest.config_sha256 = config_sha256(config);
  manifest.stages = {{.name = "pretrain",
                      .num_steps = config.train.steps,
                      .seq_len = config.train.seq_len,
                      .tokens_per_step = config.train.tokens_per_step()}};
  manifest.model_id = config.run.model_name;
  manifest.model_family = inputs.spec.family;
  manifest.model_toml = write_toml(config.model);
  if (const auto dispatch = expert_dispatch_of(config.model)) {
    manifest.routing = dispatch->forced_balance ? "forced_balance" : "learned";
    manifest.expert_capacity_factor = dispatch->capacity_factor;
  }
  manifest.num_parameters = inputs.spec.parameters.total;
  manifest.precision = to_string(config.train.precision);
  manifest.recompute = to_string(config.train.recompute);
  manifest.seed = static_cast<uint64_t>(config.train.seed);
  manifest.rng_scheme = "philox4x32-10(seed, step, sample)";
  manifest.team = config.run.team;
  manifest.project = config.run.project;
  manifest.cost_centre = config.run.cost_centre;
}

}  // namespace

RunManifest make_manifest(const ManifestSources& sources) {
  RunManifest manifest{.started_utc = rfc3339(sources.process_start_unix_s),
                       .started_unix_s = sources.process_start_unix_s,
                       .resumed_at_step = sources.resumed_at_step,
                       .command = {"assay", "train"}};
  manifest.command.insert(manifest.command.end(), sources.args.begin(), sources.args.end());
  describe_config(sources.config, sources.inputs, manifest);
  manifest.predicted_peak = sources.predicted_peak;
  manifest.fp8_layers = sources.fp8.products;
  manifest.bf16_layers = sources.fp8.kept_in_bf16;
  describe_price(sources.config.price, sources.price_sheet, manifest);
  describe_data(sources.inputs, manifest);
  describe_program(manifest);
  manifest.run_id = sources.resume.continues_run
                        ? read_run(sources.resume.run_dir, StepDetail::kTotals).manifest().run_id
                        : new_run_id(sources, manifest.config_sha256);
  manifest.devices = {sources.device.info};
  manifest.libraries = library_digests(sources.device.device.is_cuda());
  manifest.num_threads = at::get_num_threads();
  manifest.numerics = numerics_in_force();
  manifest.environment = environment_in_force();
  if (sources.resume.checkpoint) manifest.parent_checkpoint = sources.resume.checkpoint->string();
  manifest.hostname = host_name();
  manifest.energy_sources = sources.power.series_names();
  SystemMeterClock clock;
  manifest.energy_probes =
      probe_energy(sources.power.sources, sources.config.energy.probe_time, clock);
  manifest.energy_unavailable = sources.power.unavailable;
  return manifest;
}

CheckpointState checkpoint_identity(const RunManifest& manifest, const RunConfig& config) {
  return {.stage = manifest.stages.front().name,
          .seed = manifest.seed,
          .sequences_per_step = config.train.sequences_per_step(),
          .seq_len = config.train.seq_len,
          .precision = manifest.precision,
          .model_toml = manifest.model_toml,
          .tokenizer = manifest.tokenizer,
          .config_sha256 = manifest.config_sha256,
          .run_id = manifest.run_id};
}

}  // namespace assay::app
