# cmake --install build/<preset> --prefix DIR --strip: a folder that runs on another x86-64 Linux.
# It carries every shared library but libc, LibTorch and CUDA; the programs in bin/ of a build with
# LibTorch are launchers that find those.

set(names_of_torch_and_cuda "^libtorch" "^libc10" "^libcaffe2" "^libgomp" "^libshm" "^libcu" "^libnv" "^libnccl")
set(names_of_libc "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|anl)\\.so")

set(names_of_icu_data "^libicudata\\.so")

set(programs assay)
if(ASSAY_TORCH)
  list(APPEND programs assay-torch)
  set(program_folder libexec)
  foreach(program ${programs} ${ASSAY_GPU_TESTS})
    install(PROGRAMS app/launcher.sh DESTINATION bin RENAME ${program})
  endforeach()
  # Where they were built; they need no library that assay-torch does not need.
  install(TARGETS ${ASSAY_GPU_TESTS} DESTINATION ${program_folder} OPTIONAL)
  install(PROGRAMS tests/gpu/gpu_check.sh DESTINATION . RENAME gpu_check)
  # The benchmark that it runs: Python alone. Its text and weights are made where it runs.
  install(DIRECTORY tests/bench DESTINATION share FILES_MATCHING PATTERN "*.py" PATTERN "*.toml" PATTERN "*_test.py" EXCLUDE
          PATTERN "encode" EXCLUDE PATTERN "__pycache__" EXCLUDE)
  # The quickstart's text, where set-up has installed it: a machine with a GPU may have no packages.
  install(FILES /usr/share/dictd/gcide.dict.dz /usr/share/dictd/gcide.index DESTINATION share/dictd OPTIONAL)
else()
  set(program_folder bin)
endif()
set_target_properties(${programs} ${ASSAY_GPU_TESTS} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
if(NOT ASSAY_TORCH)
  # DT_RPATH and not DT_RUNPATH: what the libraries beside the program need is looked for there, too. A launcher says so
  # by LD_LIBRARY_PATH.
  target_link_options(assay PRIVATE -Wl,--disable-new-dtags)
endif()
add_library(assay_icu_data SHARED cmake/icu_data_stub.c)
string(REGEX MATCH "^[0-9]+" icu_major "${ICU_VERSION}")
set_target_properties(assay_icu_data PROPERTIES OUTPUT_NAME icudata SOVERSION ${icu_major} UNITY_BUILD OFF
                                                LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/icu_data)
add_dependencies(assay assay_icu_data) # who builds the program can install it
install(TARGETS assay_icu_data LIBRARY DESTINATION lib NAMELINK_SKIP)
install(TARGETS ${programs} RUNTIME_DEPENDENCY_SET libraries DESTINATION ${program_folder})
install(
  RUNTIME_DEPENDENCY_SET libraries
  PRE_EXCLUDE_REGEXES ${names_of_torch_and_cuda} ${names_of_libc} ${names_of_icu_data}
  POST_EXCLUDE_REGEXES "^/lib.*/lib(c|m|dl|rt|pthread|resolv)\\.so"
  DESTINATION lib)
install(DIRECTORY configs/registry/ DESTINATION share/assay)
install(DIRECTORY configs/runs DESTINATION configs)
install(FILES LICENSE DESTINATION .)
