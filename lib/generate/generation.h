#pragma once

#include <span>
#include <vector>

#include "generate/completion.h"
#include "generate/generation_options.h"
#include "generate/request.h"
#include "models/language_model.h"
#include "record/inference_record.h"

namespace assay {

/// What came of it, in the order of requests and samples, and what it took, one record a batch.
struct Generation {
  std::vector<Completion> completions;
  std::vector<InferenceRecord> batches;
  StepCounts steps;  ///< of all batches; after a fallback no later batch is recorded
};

/// Goes on from each prompt. Requests of a batch are decoded together: prompts of different
/// lengths have padding before them (DecodeState), samples of one prompt share the pass over it,
/// and sequences that ended leave the batch (where steps are recorded, once
/// they are half of it). A completion ends at max_tokens, at a stop token or
/// text, or where the context is full. Throws: ConfigError on an empty prompt, one that does not
/// leave room for a token in the context, sizes that are not positive, temperature 0 with several
/// samples (they would be the same), stop texts without a tokenizer; TrainingError on logits that
/// are not finite; see check_sampling.
Generation generate_completions(LanguageModel& model, std::span<const GenerationRequest> requests,
                                const GenerationOptions& options);

}  // namespace assay
