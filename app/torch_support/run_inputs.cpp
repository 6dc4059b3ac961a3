#include "app/torch_support/run_inputs.h"

#include <fmt/format.h>

#include "digest/sha256.h"
#include "error/error.h"
#include "specs/expert_dispatch.h"
#include "specs/family.h"
#include "specs/model_source.h"
#include "text/load_tokenizer.h"
#include "train/fp8_support.h"
#include "train/machine.h"
#include "train/numerics.h"

namespace assay::app {

namespace {

data::TokenDataset open_shards(const std::vector<std::filesystem::path>& shards,
                               const Corpus& corpus, bool has_documents) {
  return data::TokenDataset::open(shards, {.tokenizer_id = corpus.tokenizer_id,
                                           .vocab_size = corpus.vocab_size,
                                           .has_documents = has_documents});
}

}  // namespace

std::shared_ptr<const Tokenizer> tokenizer_for(const RunConfig& config, const ModelSpec& spec) {
  std::shared_ptr<const Tokenizer> tokenizer = load_tokenizer(config.data.tokenizer);
  const auto vocab_size = static_cast<uint64_t>(spec.vocab_size);
  const auto folder = weights_folder(config.model);
  if (folder && !config.data.any_tokenizer) {
    require_vocabulary(*tokenizer, vocab_size, *folder,
                       " (data.tokenizer names theirs; data.any_tokenizer = true trains on another "
                       "one, whose tokens all have a place)");
  }
  if (const auto mismatch = vocabulary_mismatch(*tokenizer, vocab_size)) {
    fail_at(config.model.place, *mismatch);
  }
  return tokenizer;
}

std::optional<std::string> tokenizer_note(const RunConfig& config) {
  const auto folder = weights_folder(config.model);
  if (!folder || config.data.any_tokenizer) return std::nullopt;
  const std::filesystem::path own = std::filesystem::path(*folder) / "tokenizer.json";
  if (!std::filesystem::exists(own)) return std::nullopt;
  const std::filesystem::path named = tokenizer_file(config.data.tokenizer);
  if (!named.empty() && sha256_file(named) == sha256_file(own)) return std::nullopt;
  return fmt::format(
      "the weights have a tokenizer of their own, {}, and data.tokenizer names "
      "another: {}",
      own.string(), config.data.tokenizer);
}

RunInputs prepare_inputs(const RunConfig& config) {
  RunInputs inputs{.spec = spec_from_table(config.model, "run"),
                   .tokenizer_file = tokenizer_file(config.data.tokenizer)};
  inputs.tokenizer = tokenizer_for(config, inputs.spec);
  inputs.corpus = prepare_corpus(config.data, *inputs.tokenizer);
  const bool apart = config.data.documents_apart;
  inputs.train = open_shards(inputs.corpus.train_shards(), inputs.corpus, apart);
  inputs.validation = open_shards(inputs.corpus.validation_shards(), inputs.corpus, apart);
  return inputs;
}

RunDevice open_device(const RunConfig& config, int64_t local_rank) {
  apply_numerics(config.train.threads);
  const GpuProbe probe = probe_gpus();
  RunDevice device{.device = choose_device(config.train.device, probe, local_rank)};
  make_current(device.device);
  if (config.train.precision == Precision::kFp8) require_fp8_products(device.device);
  require_attention_kernel(config.train.attention, device.device);
  std::optional<Precision> ceiling;
  if (config.profile.ceiling) ceiling = stored_precision(config.train.precision);
  device.info = describe_device(device.device, ceiling, probe);
  return device;
}

MemoryQuestion memory_question(const RunConfig& config, const ModelSpec& spec, at::Device device) {
  const auto dispatch = expert_dispatch_of(config.model);
  return {.spec = spec,
          .train = config.train,
          .optimizer = config.optimizer,
          .device = device,
          .documents_apart = config.data.documents_apart,
          .capacity_factor = dispatch ? dispatch->capacity_factor : std::nullopt};
}

}  // namespace assay::app
