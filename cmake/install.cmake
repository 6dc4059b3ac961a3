# cmake --install build/<preset> --prefix DIR --strip: a folder that runs on another x86-64 Linux.
# It carries every shared library but libc, LibTorch and CUDA; the programs in bin/ of a build with
# LibTorch are launchers that find those.

set(names_of_torch_and_cuda "^libtorch" "^libc10" "^libcaffe2" "^libgomp" "^libshm" "^libcu" "^libnv" "^libnccl")
set(names_of_libc "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|anl)\\.so")

set(programs assay)
if(ASSAY_TORCH)
  list(APPEND programs assay-torch ${ASSAY_GPU_TESTS})
  set(program_folder libexec)
  foreach(program ${programs})
    install(PROGRAMS app/launcher.sh DESTINATION bin RENAME ${program})
  endforeach()
  install(PROGRAMS tests/gpu/gpu_check.sh DESTINATION . RENAME gpu_check)
  # The quickstart's text, where set-up has installed it: a machine with a GPU may have no packages.
  install(FILES /usr/share/dictd/gcide.dict.dz /usr/share/dictd/gcide.index DESTINATION share/dictd OPTIONAL)
else()
  set(program_folder bin)
endif()
set_target_properties(${programs} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS ${programs} RUNTIME_DEPENDENCY_SET libraries DESTINATION ${program_folder})
install(
  RUNTIME_DEPENDENCY_SET libraries
  PRE_EXCLUDE_REGEXES ${names_of_torch_and_cuda} ${names_of_libc}
  POST_EXCLUDE_REGEXES "^/lib.*/lib(c|m|dl|rt|pthread|resolv)\\.so"
  DESTINATION lib)
install(DIRECTORY configs/registry/ DESTINATION share/assay)
install(DIRECTORY configs/runs DESTINATION configs)
install(FILES LICENSE DESTINATION .)
