#include "registry/shaped_model.h"

#include <fmt/format.h>

#include "registry/known_ids.h"

namespace assay::registry {

const RegisteredModel& shaped_model(const Located<std::string>& id, const Registry& registry) {
  const RegisteredModel& model = known_entry("model", id, registry.models());
  if (!model.spec) {
    fail_at(id.place, fmt::format("the shape of \"{}\" is not known", id.value));
  }
  return model;
}

}  // namespace assay::registry
