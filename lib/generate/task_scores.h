#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

#include "generate/item_files.h"
#include "models/language_model.h"
#include "text/tokenizer.h"

namespace assay {

/// The model that answers and what it reads with.
struct Examinee {
  LanguageModel& model;
  const Tokenizer& tokenizer;
  int64_t max_context = 0;
  int64_t vocab_limit = 0;  ///< tokens that may be generated
  at::Device device = at::kCPU;
};

/// How a multiple-choice question went.
struct ChoiceScore {
  std::vector<double> logprobs;  ///< nats, of each choice after the context
  bool right = false;            ///< the likeliest choice is the answer
  bool right_by_byte = false;    ///< the likeliest by log-probability a byte is the answer
};

/// ln p(choice | context) of each choice, the tokens of context and choice made apart. The context
/// passes through the model once. Of equally likely choices the first is taken. Throws: DataError
/// at the item where context and choice do not fit in the model's context.
ChoiceScore score_choices(const Examinee& examinee, const ChoiceItem& item);

/// Whether what the model generates greedily after each prompt, without white space at its ends, is
/// one of the answers, likewise. All prompts are decoded together. Throws: DataError at the item
/// where a prompt leaves no room in the context.
std::vector<bool> score_exact(const Examinee& examinee, const std::vector<ExactItem>& items);

}  // namespace assay
