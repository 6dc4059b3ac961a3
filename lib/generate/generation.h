#pragma once

#include <functional>
#include <span>
#include <vector>

#include "generate/completion.h"
#include "generate/generation_options.h"
#include "generate/request.h"
#include "models/language_model.h"
#include "record/inference_record.h"

namespace assay {

/// What one batch gave, in the order of requests and samples, and what it took.
struct GeneratedBatch {
  std::vector<Completion> completions;
  InferenceRecord record;
};

/// What came of all batches.
struct Generation {
  std::vector<Completion> completions;
  std::vector<InferenceRecord> batches;
  StepCounts steps;  ///< of all batches; after a fallback no later batch is recorded
};

/// Throws: ConfigError on an empty prompt, one that does not leave room for a token in the context,
/// sizes that are not positive, temperature 0 with several samples (they would be the same), stop
/// texts without a tokenizer; see check_sampling.
void check_request(const GenerationRequest& request, const GenerationOptions& options);

/// Goes on from each prompt. Requests of a batch (BatchPlan) are decoded together: prompts of
/// different lengths have padding before them (DecodeState), samples of one prompt share the pass
/// over it, and sequences that ended leave the batch (where steps are recorded, once they are half
/// of it). A completion ends at max_tokens, at a stop token or text, or where the context is full.
/// Each batch goes to `take` when it is done, and nothing of it is kept here. Throws: as
/// check_request, before the first batch; TrainingError on logits that are not finite.
StepCounts generate_batches(LanguageModel& model, std::span<const GenerationRequest> requests,
                            const GenerationOptions& options,
                            const std::function<void(GeneratedBatch)>& take);

/// The same, all held until the end.
Generation generate_completions(LanguageModel& model, std::span<const GenerationRequest> requests,
                                const GenerationOptions& options);

}  // namespace assay
