#include "app/torch_support/run_inputs.h"

#include <fmt/format.h>

#include <array>

#include "error/error.h"
#include "specs/family.h"
#include "train/machine.h"
#include "train/numerics.h"

namespace assay::app {

namespace {

data::TokenDataset open_shard(const std::filesystem::path& path, const Corpus& corpus) {
  return data::TokenDataset::open(
      std::array{path}, {.tokenizer_id = corpus.tokenizer_id, .vocab_size = corpus.vocab_size});
}

}  // namespace

RunInputs prepare_inputs(const RunConfig& config) {
  RunInputs inputs{.spec = spec_from_table(config.model, "run")};
  if (static_cast<uint64_t>(inputs.spec.vocab_size) < inputs.tokenizer.vocab_size()) {
    fail_at(
        config.model.place,
        fmt::format("model.vocab_size is smaller than the tokenizer's ({}): {} < {}",
                    inputs.tokenizer.id(), inputs.spec.vocab_size, inputs.tokenizer.vocab_size()));
  }
  inputs.corpus = prepare_corpus(config.data, inputs.tokenizer);
  inputs.train = open_shard(inputs.corpus.train_shard(), inputs.corpus);
  inputs.validation = open_shard(inputs.corpus.validation_shard(), inputs.corpus);
  return inputs;
}

RunDevice open_device(const RunConfig& config, int64_t local_rank) {
  apply_numerics(config.train.threads);
  const GpuProbe probe = probe_gpus();
  RunDevice device{.device = choose_device(config.train.device, probe, local_rank)};
  device.info = describe_device(device.device, config.train.precision, probe);
  return device;
}

}  // namespace assay::app
