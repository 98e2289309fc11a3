import { serve } from '#rpc/serve.ts';
import { BUILD, SampleService } from './sample-service.ts';

serve(new SampleService(), BUILD);
